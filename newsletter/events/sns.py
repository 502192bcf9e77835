"""Is this POST really from SNS, from a topic of ours, and recent?

Source: "Verifying the signatures of Amazon SNS messages" (Amazon SNS Developer Guide). The cheap checks come first,
and nothing is fetched for a message about another topic. There is no switch that turns any of this off: the sandbox
signs with a key of its own, whose certificate is pre-seeded.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import datetime
from collections.abc import Collection

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from newsletter.events.certificates import CertificateStore
from newsletter.events.sns_envelope import Envelope, SnsType, read_envelope, signed_bytes
from newsletter.events.sns_errors import Refused, SnsCode, SnsError, TryLater
from newsletter.events.sns_urls import check_certificate_url, check_subscribe_url

__all__ = ["LARGEST_BODY", "Refused", "SnsCode", "SnsError", "SnsMessage", "SnsType", "TryLater", "verify"]

# SNS delivers at most 256 KiB over HTTPS (topics that allow more can't have such subscribers: "Publishing large
# messages with Amazon SNS"), and the rest is for the envelope and for escaping the quotes of the JSON inside. SES's
# events are a few kB: it cuts their headers at 10 KB.
LARGEST_BODY = 300_000
OLDEST = datetime.timedelta(hours=24)
CLOCK_TOLERANCE = datetime.timedelta(minutes=15)


@dataclasses.dataclass(frozen=True, slots=True)
class SnsMessage:
    """A verified message. All of it was signed; ``repr`` leaves out what may hold addresses or secrets."""

    type: SnsType
    message_id: str
    topic_arn: str
    timestamp: datetime.datetime
    message: str = dataclasses.field(repr=False)
    subject: str | None = dataclasses.field(default=None, repr=False)
    token: str | None = dataclasses.field(default=None, repr=False)
    subscribe_url: str | None = dataclasses.field(default=None, repr=False)


def verify(
    body: bytes,
    *,
    topics: Collection[str],
    certificates: CertificateStore,
    now: datetime.datetime,
    oldest: datetime.timedelta = OLDEST,
) -> SnsMessage:
    """The message in a POST body, once it has passed every check.

    ``topics`` are the topic ARNs allowed, ``now`` an aware instant, ``oldest`` how old the message may be. Raises
    ``Refused`` or ``TryLater`` (``SnsError``).
    """
    if len(body) > LARGEST_BODY:
        raise Refused(SnsCode.TOO_LARGE, f"The body has {len(body)} bytes; SNS sends at most {LARGEST_BODY}.")
    envelope = read_envelope(body)
    if envelope.fields["TopicArn"] not in topics:
        raise Refused(SnsCode.WRONG_TOPIC, "The message is about a topic that is not on the list of allowed ones.")
    _check_urls(envelope)
    _check_signature(envelope, _signing_key(envelope, certificates, now))
    _check_age(envelope.sent_at, now, oldest)
    return _message(envelope)


def _check_urls(envelope: Envelope) -> None:
    check_certificate_url(envelope.fields["SigningCertURL"])
    if "SubscribeURL" in envelope.fields:
        check_subscribe_url(envelope.fields["SubscribeURL"], topic_arn=envelope.fields["TopicArn"])


def _signing_key(envelope: Envelope, certificates: CertificateStore, now: datetime.datetime) -> RSAPublicKey:
    url = envelope.fields["SigningCertURL"]
    certificate = certificates.get(url)
    certificate.check(url=url, now=now)
    return certificate.key


def _check_signature(envelope: Envelope, key: RSAPublicKey) -> None:
    # SHA-1 is what SNS signs version 1 with, still the default of a topic.
    digest = SHA256() if envelope.fields["SignatureVersion"] == "2" else SHA1()  # noqa: S303
    try:
        signature = base64.b64decode(envelope.fields["Signature"], validate=True)
        key.verify(signature, signed_bytes(envelope), PKCS1v15(), digest)
    except (binascii.Error, ValueError, InvalidSignature):
        raise Refused(SnsCode.BAD_SIGNATURE, "The signature does not fit the message.") from None


def _check_age(sent_at: datetime.datetime, now: datetime.datetime, oldest: datetime.timedelta) -> None:
    if now - sent_at > oldest:
        raise Refused(SnsCode.TOO_OLD, f"The message was sent at {sent_at:%Y-%m-%d %H:%M} UTC, over {oldest} ago.")
    if sent_at - now > CLOCK_TOLERANCE:
        message = f"The message will be sent at {sent_at:%Y-%m-%d %H:%M} UTC: is this machine's clock slow?"
        raise TryLater(SnsCode.FROM_THE_FUTURE, message)


def _message(envelope: Envelope) -> SnsMessage:
    fields = envelope.fields
    return SnsMessage(
        type=envelope.type,
        message_id=fields["MessageId"],
        topic_arn=fields["TopicArn"],
        timestamp=envelope.sent_at,
        message=fields["Message"],
        subject=fields.get("Subject"),
        token=fields.get("Token"),
        subscribe_url=fields.get("SubscribeURL"),
    )
