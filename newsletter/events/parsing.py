"""From the JSON of an SES event to a value. Pure: no clock, no database, no trust in the order of events."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from newsletter.events.ses_event import (
    BounceSubtype,
    BounceType,
    ComplaintSubtype,
    ComplaintType,
    EventFormat,
    EventKind,
    SesEvent,
    Validation,
)
from newsletter.events.ses_json import (
    MalformedEvent,
    canonical_json,
    event_key,
    load,
    read_addresses,
    read_instant,
    read_object,
    read_text,
    require_text,
)
from newsletter.events.tags import NAME, DeliveryTag

__all__ = ["MalformedEvent", "SesEvent", "Validation", "parse_event", "parse_stored"]

_VALIDATED = "Successfully validated SNS topic"
_CONNECTED = "AmazonSnsSubscriptionSucceeded"
_LONGEST_MESSAGE_ID = 100  # SES's have about 60 characters


class _Shape(NamedTuple):
    """Where one kind of event keeps what it has to say."""

    kind: EventKind
    part: str = ""
    recipients: str | None = None
    texts: Mapping[str, str] = {}  # our field: SES's


_SHAPES = {
    "Send": _Shape(EventKind.SEND, "send"),
    "Delivery": _Shape(EventKind.DELIVERY, "delivery", "recipients", {"diagnostic": "smtpResponse"}),
    "DeliveryDelay": _Shape(EventKind.DELIVERY_DELAY, "deliveryDelay", "delayedRecipients", {"reason": "delayType"}),
    "Bounce": _Shape(EventKind.BOUNCE, "bounce", "bouncedRecipients"),
    "Complaint": _Shape(EventKind.COMPLAINT, "complaint", "complainedRecipients", {"user_agent": "userAgent"}),
    "Reject": _Shape(EventKind.REJECT, "reject", None, {"reason": "reason"}),
    "Rendering Failure": _Shape(EventKind.RENDERING_FAILURE, "failure", None, {"reason": "errorMessage"}),
    "Open": _Shape(EventKind.OPEN, "open", None, {"user_agent": "userAgent", "ip": "ipAddress"}),
    "Click": _Shape(EventKind.CLICK, "click", None, {"user_agent": "userAgent", "ip": "ipAddress", "link": "link"}),
    "Subscription": _Shape(EventKind.SUBSCRIPTION, "subscription"),
}
_UNKNOWN = _Shape(EventKind.UNKNOWN)

Choice = TypeVar("Choice", bound=StrEnum)


def parse_event(text: str) -> SesEvent | Validation:
    """The event in the ``Message`` of an SNS notification, or in the body of an SQS message delivered raw.

    Raises ``MalformedEvent``, which says where and what.
    """
    if text.lstrip().startswith(_VALIDATED):
        return Validation(text.strip())
    raw = load(text)
    if raw.get("notificationType") == _CONNECTED:
        return Validation(read_text(raw, "message", "event") or _CONNECTED)
    canonical = canonical_json(raw)
    return _event(raw, canonical, event_key(canonical))


def parse_stored(canonical: str, key: str) -> SesEvent:
    """The event whose canonical JSON this is, known to have that key: the same, and nothing is worked out twice."""
    return _event(load(canonical), canonical, key)


def _event(raw: dict[str, Any], canonical: str, key: str) -> SesEvent:
    form, name = _form_and_name(raw)
    shape = _SHAPES.get(name, _UNKNOWN)
    mail = read_object(raw, "mail", "event")
    detail = _detail(raw, shape)
    return SesEvent(
        kind=shape.kind,
        format=form,
        key=key,
        message_id=require_text(mail, "messageId", "mail", longest=_LONGEST_MESSAGE_ID),
        at=_happened_at(mail, detail, shape),
        tag=_tag(mail),
        recipients=_recipients(mail, detail, shape),
        raw=canonical,
        **_particulars(detail, shape),
    )


def _form_and_name(raw: dict[str, Any]) -> tuple[EventFormat, str]:
    if "eventType" in raw:
        return EventFormat.PUBLISHING, require_text(raw, "eventType", "event")
    if "notificationType" in raw:
        return EventFormat.IDENTITY, require_text(raw, "notificationType", "event")
    if "TopicArn" in raw:
        raise MalformedEvent("event", "wrapped by SNS: turn on raw message delivery for the queue's subscription")
    raise MalformedEvent("event", "neither eventType nor notificationType")


def _detail(raw: dict[str, Any], shape: _Shape) -> dict[str, Any]:
    # A Send has nothing to add, and where an unknown kind keeps its part is unknown.
    if shape.kind in {EventKind.SEND, EventKind.UNKNOWN} and raw.get(shape.part) is None:
        return {}
    return read_object(raw, shape.part, "event")


def _happened_at(mail: dict[str, Any], detail: dict[str, Any], shape: _Shape) -> datetime.datetime:
    if detail.get("timestamp") is not None:
        return read_instant(detail, "timestamp", shape.part)
    return read_instant(mail, "timestamp", "mail")


def _recipients(mail: dict[str, Any], detail: dict[str, Any], shape: _Shape) -> tuple[str, ...]:
    if shape.recipients:
        return read_addresses(detail, shape.recipients, shape.part)
    return read_addresses(mail, "destination", "mail")


def _tag(mail: dict[str, Any]) -> DeliveryTag | None:
    tags = mail.get("tags")
    match tags.get(NAME) if isinstance(tags, dict) else None:
        case [str() as text]:
            return DeliveryTag.parse(text)
        case _:
            return None


def _particulars(detail: dict[str, Any], shape: _Shape) -> dict[str, Any]:
    texts = {field: read_text(detail, name, shape.part) for field, name in shape.texts.items()}
    match shape.kind:
        case EventKind.BOUNCE:
            return texts | _classes(detail) | _server_words(detail["bouncedRecipients"])
        case EventKind.DELIVERY_DELAY:
            return texts | _server_words(detail["delayedRecipients"])
        case EventKind.COMPLAINT:
            return texts | _complaint(detail)
        case _:
            return texts


def _classes(detail: dict[str, Any]) -> dict[str, Any]:
    return {
        "bounce_type": _choice(BounceType, require_text(detail, "bounceType", "bounce")),
        "bounce_subtype": _choice(BounceSubtype, read_text(detail, "bounceSubType", "bounce") or ""),
    }


def _server_words(recipients: list[Any]) -> dict[str, str | None]:
    def first(name: str) -> str | None:
        values = (each.get(name) for each in recipients if isinstance(each, dict))
        return next((value for value in values if isinstance(value, str) and value), None)

    return {"diagnostic": first("diagnosticCode"), "status": first("status")}


def _complaint(detail: dict[str, Any]) -> dict[str, Any]:
    feedback = read_text(detail, "complaintFeedbackType", "complaint")
    subtype = read_text(detail, "complaintSubType", "complaint")
    return {
        # Copied from a header that the reader's provider wrote, hence any case.
        "complaint_type": _choice(ComplaintType, feedback.lower()) if feedback else ComplaintType.ABSENT,
        "complaint_subtype": _choice(ComplaintSubtype, subtype) if subtype else None,
    }


def _choice(kind: type[Choice], text: str) -> Choice:
    try:
        return kind(text.strip())
    except ValueError:
        return kind("unknown")
