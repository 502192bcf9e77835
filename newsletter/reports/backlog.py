"""Events that wait to be applied, and events that match nothing we know."""

from __future__ import annotations

import dataclasses
import datetime

from django.db.models import Count, Min

from newsletter.models import DeliveryEvent


@dataclasses.dataclass(frozen=True, slots=True)
class EventBacklog:
    """``waiting_since``: when the oldest waiting event came; ``None`` where none waits."""

    waiting: int
    unmatched: int
    waiting_since: datetime.datetime | None


def event_backlog() -> EventBacklog:
    """Two queries over what is stored, which Send and Delivery events, once applied, are not."""
    waiting = DeliveryEvent.objects.filter(applied_at=None).aggregate(Count("key"), Min("received_at"))
    unmatched = DeliveryEvent.objects.filter(unmatched=True).count()
    return EventBacklog(waiting["key__count"], unmatched, waiting["received_at__min"])
