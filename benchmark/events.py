"""Feedback: how many events a second the door stores, and how many the engine applies, in one process."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable

from django.db import connection, transaction
from django.utils import timezone

from benchmark.issues import make_issues
from benchmark.telling import events
from newsletter.bootstrap import bootstrap
from newsletter.delivery import snapshot
from newsletter.events import applying, door
from newsletter.models import Campaign, Delivery, DeliveryEvent, DeliveryState
from subscribers import subscriptions
from subscribers.addresses import normalise
from subscribers.audience import Audience
from subscribers.consent import Evidence

AT_ONCE = 1000


@dataclasses.dataclass(frozen=True, slots=True)
class EventTiming:
    """``vendor``: of the database. The rates are events a second by the clock; ``applied_cpu_us`` is what applying one
    cost this process alone, which is what counts on a busy machine."""

    vendor: str
    events: int
    stored_per_s: float
    applied_per_s: float
    applied_cpu_us: float


def measure_applying(recipients: int) -> EventTiming:
    """Of one campaign, all of whose readers are accepted: a Send and a Delivery each, and 5 % other events."""
    campaign = _sent(recipients)
    addresses = list(Delivery.objects.order_by("position").values_list("address", flat=True))
    told = list(events(campaign.pk, addresses))
    stored = _seconds(lambda: [door.store(told[at : at + AT_ONCE]) for at in range(0, len(told), AT_ONCE)])
    snapshot.analyze()
    worked = time.process_time()
    applied = _seconds(lambda: applying.apply_pending(most=len(told)))
    if DeliveryEvent.objects.filter(applied_at=None).exists():
        raise RuntimeError("not every event was applied")
    cpu_us = 1e6 * (time.process_time() - worked) / len(told)
    return EventTiming(connection.vendor, len(told), len(told) / stored, len(told) / applied, cpu_us)


def _sent(recipients: int) -> Campaign:
    issues = make_issues(bootstrap(), 12, stories=1)
    campaign = Campaign.objects.filter(issue__in=issues).select_related("mailing_list").order_by("-pk")[0]
    people = [(normalise(f"reader{number}@example.test"), "") for number in range(recipients)]
    for at in range(0, recipients, AT_ONCE):
        subscriptions.import_many(people[at : at + AT_ONCE], campaign.mailing_list, Evidence(source="benchmark"))
    with transaction.atomic():
        snapshot.one_moment()
        snapshot.take(campaign.pk, Audience(campaign.mailing_list_id))
    accepted = {"state": DeliveryState.ACCEPTED, "attempt": 1, "submitted_at": timezone.now()}
    Delivery.objects.filter(campaign_id=campaign.pk).update(**accepted)
    return campaign


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
