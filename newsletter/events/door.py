"""The HTTPS door for SES's events, and the hall behind both doors: verify, store, answer. Applying them is the
engine's work."""

from __future__ import annotations

import datetime
import functools
import hashlib
import logging
from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone

from newsletter.events import fetching, sns
from newsletter.events.certificates import CertificateStore
from newsletter.events.fetching import FetchFailed
from newsletter.events.parsing import parse_event
from newsletter.events.ses_event import EventKind, SesEvent
from newsletter.events.ses_json import MalformedEvent
from newsletter.events.sns import OLDEST, SnsMessage, SnsType
from newsletter.events.sns_errors import SnsCode, TryLater
from newsletter.models import DeliveryEvent

logger = logging.getLogger(__name__)


def receive(body: bytes) -> None:
    """Take one SNS message from a POST body. Raises ``sns_errors.Refused`` or ``TryLater``."""
    message = verified(body)
    match message.type:
        case SnsType.NOTIFICATION:
            store([message.message])
        case SnsType.SUBSCRIPTION_CONFIRMATION:
            _confirm(message)
        case _:
            logger.warning("the topic %s no longer sends to us", message.topic_arn)


def verified(body: bytes, oldest: datetime.timedelta = OLDEST) -> SnsMessage:
    """The SNS message in these bytes, of a topic of ours. Raises ``sns_errors.Refused`` or ``TryLater``."""
    now = timezone.now()
    return sns.verify(body, topics=settings.SUDI.sns_topics, certificates=_certificates(), now=now, oldest=oldest)


def store(texts: list[str]) -> int:
    """Insert the events in these SES messages; a repeat is the row that is there. Returns how many were stored.

    A signed text that is no SES event is kept for ops to see: a 4xx would make SNS drop it for good.
    """
    return insert([row for row in map(_stored, texts) if row])


def read(text: str) -> DeliveryEvent | None:
    """The row that this SES message is to be; ``None`` where there is nothing to store. Raises ``MalformedEvent``."""
    event = parse_event(text)
    return _row(event) if isinstance(event, SesEvent) else None


def insert(rows: Sequence[DeliveryEvent]) -> int:
    """One statement; an event that is there stays as it is. Returns how many were given."""
    DeliveryEvent.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _stored(text: str) -> DeliveryEvent | None:
    try:
        return read(text)
    except MalformedEvent as error:
        logger.warning("an SES message can't be read and is kept as it is: %s", error)
        return _unreadable(text)


def _unreadable(text: str) -> DeliveryEvent:
    # What no database keeps: half a surrogate pair, and NUL.
    raw, now = text.encode(errors="replace").decode().replace("\0", "\ufffd"), timezone.now()
    key = hashlib.sha256(raw.encode()).hexdigest()
    return DeliveryEvent(key=key, kind=EventKind.UNKNOWN, at=now, applied_at=now, unmatched=True, raw=raw)


def _row(event: SesEvent) -> DeliveryEvent:
    return DeliveryEvent(
        key=event.key,
        kind=event.kind,
        campaign_id=event.tag.campaign if event.tag else None,
        position=event.tag.position if event.tag else None,
        attempt=event.tag.attempt if event.tag else None,
        message_id=event.message_id,
        at=event.at,
        raw=event.raw,
    )


def _confirm(message: SnsMessage) -> None:
    """Confirm a subscription of an allowed topic, as SNS asks, by a GET of the address it names."""
    assert message.subscribe_url is not None  # noqa: S101 - verify() refuses a confirmation without it
    if not settings.SUDI.production:
        logger.info("development doesn't call AWS; the sandbox needs no confirmation of %s", message.topic_arn)
        return
    try:
        fetching.fetch(message.subscribe_url)
    except FetchFailed as error:
        raise TryLater(SnsCode.UNCONFIRMED, f"The subscription can't be confirmed: {error}.") from error
    logger.info("confirmed the subscription to %s", message.topic_arn)


def _fetch(url: str) -> bytes:
    if not settings.SUDI.production:
        raise FetchFailed("development doesn't call AWS")
    return fetching.fetch(url)


@functools.cache
def _certificates() -> CertificateStore:
    return CertificateStore(fetch=_fetch, seeds=settings.SUDI.sns_certificates)
