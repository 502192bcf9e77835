"""The JSON that SNS posts, before anything in it is trusted.

Source: "Parsing Amazon SNS message formats" and "Verifying the signatures of Amazon SNS messages" (Amazon SNS
Developer Guide).
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import re
from enum import StrEnum
from typing import Any

from newsletter.events.instants import parse_instant
from newsletter.events.sns_errors import Refused, SnsCode


class SnsType(StrEnum):
    NOTIFICATION = "Notification"
    SUBSCRIPTION_CONFIRMATION = "SubscriptionConfirmation"
    UNSUBSCRIBE_CONFIRMATION = "UnsubscribeConfirmation"


@dataclasses.dataclass(frozen=True, slots=True)
class Envelope:
    """An SNS message as it came: well formed, and that is all.

    UnsubscribeURL is left out: SNS doesn't sign it, so nothing may use it.
    """

    fields: dict[str, str] = dataclasses.field(repr=False)
    type: SnsType
    sent_at: datetime.datetime


# What is signed, in this order. A notification's Subject is signed only when there is one.
_NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_SIGNED = {
    SnsType.NOTIFICATION: _NOTIFICATION,
    SnsType.SUBSCRIPTION_CONFIRMATION: _CONFIRMATION,
    SnsType.UNSUBSCRIBE_CONFIRMATION: _CONFIRMATION,
}
_UNSIGNED = ("SignatureVersion", "Signature", "SigningCertURL")
_OPTIONAL = ("Subject",)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def read_envelope(body: bytes) -> Envelope:
    """The message in this POST body. Raises ``Refused(MALFORMED)``, saying which field is wrong."""
    document = _document(body)
    kind = _type(document)
    fields = {name: text for name in _SIGNED[kind] + _UNSIGNED if (text := _text(document, name)) is not None}
    if fields["SignatureVersion"] not in {"1", "2"}:
        raise _malformed("SignatureVersion must be 1 or 2")
    return Envelope(fields=fields, type=kind, sent_at=_sent_at(fields["Timestamp"]))


def signed_bytes(envelope: Envelope) -> bytes:
    """What SNS signed: each key and each value on a line of its own."""
    names = [name for name in _SIGNED[envelope.type] if name in envelope.fields]
    return "".join(f"{name}\n{envelope.fields[name]}\n" for name in names).encode()


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise _malformed("the body is not JSON in UTF-8") from None
    if not isinstance(document, dict):
        raise _malformed("the body is not a JSON object")
    return document


def _type(document: dict[str, Any]) -> SnsType:
    try:
        return SnsType(str(document.get("Type")))
    except ValueError:
        raise _malformed(f"Type must be one of {', '.join(SnsType)}") from None


def _text(document: dict[str, Any], name: str) -> str | None:
    value = document.get(name)
    if value is None and name in _OPTIONAL:
        return None
    if not isinstance(value, str):
        raise _malformed(f"{name} must be a text")
    # Message alone may span lines. Were others allowed to, one signed text could be cut into fields in two ways,
    # and a part of a message passed off as its MessageId or Subject.
    if name != "Message" and _CONTROL.search(value):
        raise _malformed(f"{name} must not hold control characters")
    return _encodable(name, value)


def _encodable(name: str, value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _malformed(f"{name} holds half of a surrogate pair") from None
    return value


def _sent_at(text: str) -> datetime.datetime:
    try:
        return parse_instant(text)
    except ValueError as error:
        raise _malformed(f"Timestamp is {error}") from None


def _malformed(why: str) -> Refused:
    return Refused(SnsCode.MALFORMED, f"This is not an SNS message: {why}.")
