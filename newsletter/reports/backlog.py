"""Events that wait to be applied, and events that match nothing we know."""

from __future__ import annotations

import dataclasses
import datetime

from django.db.models import Count, Min

from newsletter.models import DeliveryEvent


@dataclasses.dataclass(frozen=True, slots=True)
class EventBacklog:
    """``waiting_since``: when the oldest waiting event came; ``None`` where none waits. ``retried``: of the unmatched,
    those that will be tried again."""

    waiting: int
    unmatched: int
    retried: int
    waiting_since: datetime.datetime | None


def event_backlog() -> EventBacklog:
    """Two queries over what is stored, which Send and Delivery events, once applied, are not."""
    waiting = DeliveryEvent.objects.filter(applied_at=None).aggregate(Count("key"), Min("received_at"))
    unmatched = DeliveryEvent.objects.filter(unmatched=True).aggregate(Count("key"), Count("retry_at"))
    return EventBacklog(
        waiting["key__count"], unmatched["key__count"], unmatched["retry_at__count"], waiting["received_at__min"]
    )
