"""The stored events as the engine reads and leaves them: hundreds at once, and of each no more than is needed."""

from __future__ import annotations

import contextlib
import datetime
import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Case, F, FloatField, Func, QuerySet, TextField, Value, When
from django.utils import timezone

from newsletter.events.ses_event import EventKind
from newsletter.events.tags import DeliveryTag
from newsletter.models import DeliveryEvent

# Their columns say everything that they mean, so their JSON is neither fetched nor parsed.
PLAIN = frozenset(kind.value for kind in (EventKind.SEND, EventKind.DELIVERY, EventKind.DELIVERY_DELAY))
# What the ledger says as well once they are applied.
FOLDED = PLAIN | {EventKind.OPEN.value}
# When an event that matches nothing is tried again; then no more.
AGAIN = [datetime.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720, 1440, 2880)]
DELETE = {
    "postgresql": "DELETE FROM newsletter_deliveryevent WHERE key = ANY (%s::varchar[])",
    "sqlite": "DELETE FROM newsletter_deliveryevent WHERE key IN (SELECT value FROM json_each(%s))",
}


class Stored(NamedTuple):
    """``tag``: ``None`` where the event is about no delivery of ours; ``raw`` is empty for the plain kinds."""

    key: str
    kind: str
    at: datetime.datetime
    message_id: str
    tries: int
    raw: str
    tag: DeliveryTag | None


TAG = ("campaign_id", "position", "attempt")
# Django makes a time of PostgreSQL's in 10 µs, and of a number in none.
SECONDS = Func("at", template="extract(epoch FROM %(expressions)s)::float8", output_field=FloatField())
RAW = Case(When(kind__in=PLAIN, then=Value("")), default=F("raw"), output_field=TextField())


def take(waiting: QuerySet[DeliveryEvent], most: int) -> list[Stored]:
    """The first of these, locked; those that another engine has are passed over. Inside a transaction."""
    locked = waiting.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    seconds = connection.vendor == "postgresql"
    wanted = locked.annotate(needed=RAW, when=SECONDS if seconds else F("at"))
    rows = wanted.values_list("key", "kind", "when", "message_id", "tries", "needed", *TAG)[:most]
    if not seconds:
        return [_stored(key, kind, at, rest) for key, kind, at, *rest in rows]
    moment, utc = datetime.datetime.fromtimestamp, datetime.UTC
    with _by_the_index():
        return [_stored(key, kind, moment(when, utc), rest) for key, kind, when, *rest in rows]


def _stored(key: str, kind: str, at: datetime.datetime, rest: list[Any]) -> Stored:
    message_id, tries, raw, *tag = rest
    return Stored(key, kind, at, message_id, tries, raw, DeliveryTag._make(tag) if None not in tag else None)


@contextlib.contextmanager
def _by_the_index() -> Iterator[None]:
    """What waits grows and shrinks faster than PostgreSQL's statistics, by which it would sort all of it each time."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
        yield
        cursor.execute("SET LOCAL enable_sort = on")


def leave(rows: Sequence[Stored], unmatched: Collection[str]) -> None:
    """They are applied. What the ledger says as well is removed; ``unmatched`` (keys), which are about no delivery,
    are tried again, less and less often."""
    _delete([row.key for row in rows if row.kind in FOLDED and row.key not in unmatched])
    now = timezone.now()
    if kept := [row.key for row in rows if row.kind not in FOLDED and row.key not in unmatched]:
        DeliveryEvent.objects.filter(pk__in=kept).update(applied_at=now, unmatched=False, retry_at=None)
    for tries in {row.tries for row in rows if row.key in unmatched}:
        retry_at = now + AGAIN[tries] if tries < len(AGAIN) else None
        alike = DeliveryEvent.objects.filter(pk__in=[row.key for row in rows if row.key in unmatched], tries=tries)
        alike.update(applied_at=now, unmatched=True, tries=tries + 1, retry_at=retry_at)


def _delete(keys: Sequence[str]) -> None:
    if not keys:
        return
    # Keys are hexadecimal, so that nothing in them needs a quote.
    text = f"{{{','.join(keys)}}}" if connection.vendor == "postgresql" else json.dumps(keys)
    with connection.cursor() as cursor:
        cursor.execute(DELETE[connection.vendor], [text])
