"""The only writer of soft bounces: kept until a mail is delivered, or the address is given up."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from subscribers.models import SoftBounce, Subscriber


def record(bounces: Iterable[tuple[int, str, datetime.datetime]]) -> dict[int, list[datetime.datetime]]:
    """Keep each (subscriber, mail, time), once a mail; who was erased has none. Returns all that is kept of those
    subscribers, in order of time."""
    rows = list(bounces)
    known = set(Subscriber.objects.filter(pk__in={row[0] for row in rows}).values_list("pk", flat=True))
    kept = [SoftBounce(subscriber_id=who, mail=mail, at=at) for who, mail, at in rows if who in known]
    SoftBounce.objects.bulk_create(kept, ignore_conflicts=True)
    times: dict[int, list[datetime.datetime]] = {}
    for who, at in SoftBounce.objects.filter(subscriber__in=known).order_by("at").values_list("subscriber_id", "at"):
        times.setdefault(who, []).append(at)
    return times


def forget(subscriber_id: int, until: datetime.datetime) -> None:
    """A mail was delivered at that time: what bounced before it, or then, is over."""
    SoftBounce.objects.filter(subscriber_id=subscriber_id, at__lte=until).delete()
