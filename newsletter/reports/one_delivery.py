"""Did this reader get it? One delivery in full. The names are a public contract: ``delivery --json`` prints these."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

from newsletter.errors import NotFound
from newsletter.models import BounceClass, Campaign, Delivery, DeliveryEvent, DeliveryState
from newsletter.reports.outcomes import outcome_of
from newsletter.reports.readers import Absent, events_of, find
from subscribers.addresses import AddressError

TIMES = (
    *("submitted_at", "settled_at", "delivered_at", "bounced_at", "complained_at", "opened_at", "clicked_at"),
    *("person_opened_at", "person_clicked_at"),
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One stored event. Sends, deliveries, delays and opens that found their delivery are its times instead."""

    kind: str
    at: str
    attempt: int | None
    applied: bool
    unmatched: bool


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class OneDelivery:
    """``state`` is the ledger's; ``outcome`` awaiting, delivered or bounced, ``None`` unless accepted. Times are ISO
    8601 in UTC."""

    campaign: str
    email: str
    position: int
    subscriber: int
    state: str
    outcome: str | None
    attempt: int
    message_id: str | None
    code: str | None
    bounce_class: str | None
    times: dict[str, str]
    events: list[Told]


def one_delivery(campaign: Campaign, text: str) -> OneDelivery:
    """The delivery to the address in ``text``. Raises ``NotFound``, saying what is known of somebody who has none."""
    try:
        found = find(campaign, text)
    except AddressError as error:
        raise NotFound(f"{error}.") from error
    if isinstance(found, Absent):
        raise NotFound(_absence(campaign, found))
    return _told(campaign, found)


def _told(campaign: Campaign, delivery: Delivery) -> OneDelivery:
    bounce_class = delivery.bounce_class
    times = {name: _iso(at) for name in TIMES if (at := getattr(delivery, name))}
    outcome = outcome_of(delivery)
    return OneDelivery(
        campaign=campaign.slug,
        email=delivery.address,
        position=delivery.position,
        subscriber=delivery.subscriber_id,
        state=DeliveryState(delivery.state).name.lower(),
        outcome=outcome.value if outcome else None,
        attempt=delivery.attempt,
        message_id=delivery.message_id,
        code=delivery.code,
        bounce_class=BounceClass(bounce_class).name.lower() if bounce_class is not None else None,
        times=times,
        events=[_event(event) for event in events_of(delivery)],
    )


def _event(event: DeliveryEvent) -> Told:
    applied = event.applied_at is not None
    at = _iso(event.at)
    return Told(kind=event.kind, at=at, attempt=event.attempt, applied=applied, unmatched=event.unmatched)


def _iso(at: datetime.datetime) -> str:
    return at.astimezone(datetime.UTC).isoformat()


def _absence(campaign: Campaign, absent: Absent) -> str:
    if campaign.recipients is None:
        return f"{campaign.slug} has no recipients yet: its audience is frozen when it is sent."
    if not absent.known:
        return f"{absent.address} is no recipient of {campaign.slug}, and no subscriber."
    if not absent.on_list:
        return f"{absent.address} is no recipient of {campaign.slug}: not on its list."
    why = f"would be left out now: {absent.exclusion}" if absent.exclusion else "would be mailed now, but came later"
    return f"{absent.address} is no recipient of {campaign.slug}; on its list, and {why}."


def lines(delivery: OneDelivery) -> list[str]:
    """The same for people."""
    state = delivery.state.replace("_", " ") + (f", {delivery.outcome}" if delivery.outcome else "")
    details: dict[str, Any] = {
        "attempts": delivery.attempt,
        "SES message id": delivery.message_id or "none",
        "code": delivery.code,
        "bounce": delivery.bounce_class,
        **{name.removesuffix("_at").replace("_", " "): at for name, at in delivery.times.items()},
    }
    events = [f"event {each.kind} {each.at}, attempt {each.attempt}" + _standing(each) for each in delivery.events]
    return [
        f"{delivery.campaign} to {delivery.email} (number {delivery.position}): {state}",
        *(f"{name}: {value}" for name, value in details.items() if value is not None),
        *(events or ["no events stored"]),
    ]


def _standing(event: Told) -> str:
    return ", matches no delivery" if event.unmatched else "" if event.applied else ", waiting to be applied"
