"""The only URLs in an SNS message that Sudi will ever open.

Whoever can make us fetch a certificate from a place of their choice can sign whatever they like. So both rules name
every character that may appear, match the whole text (``$`` would let a newline follow), and are checked on the text
that is fetched, not on a parsed copy that another parser might read differently.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from newsletter.events.sns_errors import Refused, SnsCode

_HOST = r"(?P<host>sns\.(?P<region>[a-z0-9-]+)\.(?P<suffix>amazonaws\.com(?:\.cn)?))"
_CERTIFICATE_URL = re.compile(rf"https://{_HOST}/SimpleNotificationService-[0-9a-f]+\.pem", re.ASCII)
_SUBSCRIBE_URL = re.compile(rf"https://{_HOST}/\?(?P<query>[A-Za-z0-9=&%:._-]+)", re.ASCII)
_TOKEN = re.compile(r"[A-Za-z0-9]+", re.ASCII)
_LONGEST = 2048


def check_certificate_url(url: str) -> None:
    """Raises ``Refused(BAD_URL)`` unless SNS itself could have named this certificate."""
    _match(_CERTIFICATE_URL, url, "SigningCertURL")


def signer_names(url: str) -> frozenset[str]:
    """The names that the certificate at this (checked) URL may be issued to.

    ``sns.amazonaws.com`` in most regions, and names of their own in newer, Chinese and GovCloud ones: the list that
    AWS's SDK for Java keeps (``SnsHostProvider``), without the partitions whose hosts the URL rule refuses.
    """
    host, region, suffix = _match(_CERTIFICATE_URL, url, "SigningCertURL").group("host", "region", "suffix")
    names = {"sns.amazonaws.com", host, f"sns-signing.{region}.{suffix}", f"sns-{region}.{suffix}"}
    if region.startswith("us-gov-"):
        names.add("sns-us-gov-west-1.amazonaws.com")
    return frozenset(names)


def check_subscribe_url(url: str, *, topic_arn: str) -> None:
    """Raises ``Refused(BAD_URL)`` unless opening this URL confirms a subscription to this topic, and no more."""
    query = _match(_SUBSCRIBE_URL, url, "SubscribeURL")["query"]
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True, encoding="ascii", errors="strict")
    except ValueError:
        raise _refused("SubscribeURL", "its query can't be read") from None
    _check_confirmation(pairs, topic_arn)


def _check_confirmation(pairs: list[tuple[str, str]], topic_arn: str) -> None:
    if sorted(name for name, _ in pairs) != ["Action", "Token", "TopicArn"]:
        raise _refused("SubscribeURL", "its query must hold Action, TopicArn and Token once each, and nothing else")
    values = dict(pairs)
    if values["Action"] != "ConfirmSubscription":
        raise _refused("SubscribeURL", "its action must be ConfirmSubscription")
    if values["TopicArn"] != topic_arn:
        raise _refused("SubscribeURL", "it names another topic than the message")
    if not _TOKEN.fullmatch(values["Token"]):
        raise _refused("SubscribeURL", "its token must be letters and digits")


def _match(pattern: re.Pattern[str], url: str, field: str) -> re.Match[str]:
    match = pattern.fullmatch(url) if len(url) <= _LONGEST else None
    if match is None:
        raise _refused(field, "it must be an https URL of an SNS host in the form that AWS documents")
    return match


def _refused(field: str, why: str) -> Refused:
    return Refused(SnsCode.BAD_URL, f"{field} is not accepted: {why}.")
