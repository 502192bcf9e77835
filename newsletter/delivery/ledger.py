"""The ledger's statements: the only writer of ``Delivery.state``.

By hand because measurement asks for it, each statement in both dialects side by side. Positions are always bounded:
without the BETWEEN both planners scan the whole campaign. Rows are fetched whole after RETURNING, else SQLite keeps
its write lock.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from newsletter.models import Delivery, DeliveryState

S = DeliveryState


@dataclasses.dataclass(frozen=True, slots=True)
class Pending:
    position: int
    subscriber_id: int
    address: str


@dataclasses.dataclass(frozen=True, slots=True)
class Claimed:
    """A recipient that this process, and no other, sends to in this attempt."""

    position: int
    attempt: int
    subscriber_id: int
    address: str


@dataclasses.dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of one attempt: its state, and SES's message id or error code."""

    position: int
    attempt: int
    state: DeliveryState
    message_id: str | None = None
    code: str | None = None


def pending(campaign_id: int, first: int, last: int, limit: int) -> list[Pending]:
    """The next recipients of the range that aren't tried, in order; at most ``limit``."""
    rows = Delivery.objects.filter(campaign_id=campaign_id, position__range=(first, last), state=S.PENDING)
    chosen = rows.order_by("position").values_list("position", "subscriber_id", "address")[:limit]
    return [Pending(*row) for row in chosen]


def claim(campaign_id: int, positions: Sequence[int]) -> list[Claimed]:
    """Make the pending ones among ``positions`` submitting, as a new attempt, while the campaign is sending.

    Only what comes back may be sent, and only after the surrounding transaction is committed.
    """
    if not positions:
        return []
    among = "= ANY(%s)" if _postgresql() else "IN (SELECT value FROM json_each(%s))"
    statement = f"""
        UPDATE newsletter_delivery
           SET state = 1, attempt = attempt + 1, submitted_at = %s, message_id = NULL, code = NULL
         WHERE campaign_id = %s AND position BETWEEN %s AND %s AND position {among} AND state = 0
           AND EXISTS (SELECT 1 FROM newsletter_campaign WHERE id = %s AND status = 'sending')
        RETURNING position, attempt, subscriber_id, address"""
    parameters = [_now(), campaign_id, min(positions), max(positions), _array(positions), campaign_id]
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return sorted((Claimed(*row) for row in cursor.fetchall()), key=lambda claimed: claimed.position)


def skip(campaign_id: int, reasons: Mapping[int, str]) -> int:
    """Make pending recipients skipped, each with its reason. Returns how many were."""
    return sum(
        Delivery.objects.filter(
            campaign_id=campaign_id,
            position__in=[position for position, its in reasons.items() if its == reason],
            state=S.PENDING,
        ).update(state=S.SKIPPED, code=reason, settled_at=timezone.now())
        for reason in set(reasons.values())
    )


def skip_pending(campaign_id: int, reason: str, *, within: tuple[int, int] | None = None) -> int:
    """Make all that is pending, or is pending between two positions, skipped. Returns how many were."""
    rows = Delivery.objects.filter(campaign_id=campaign_id, state=S.PENDING)
    rows = rows.filter(position__range=within) if within else rows
    return rows.update(state=S.SKIPPED, code=reason, settled_at=timezone.now())


ANSWER = {
    "postgresql": """
        UPDATE newsletter_delivery d
           SET state = r.state, message_id = r.message_id, code = r.code,
               settled_at = CASE WHEN r.state IN (2, 3) THEN %s END
          FROM unnest(%s::int[], %s::int[], %s::int[], %s::text[], %s::text[]) AS r(p, attempt, state, message_id, code)
         WHERE d.campaign_id = %s AND d.position = r.p AND d.position BETWEEN %s AND %s
           AND d.attempt = r.attempt AND d.state IN (1, 4)""",
    "sqlite": """
        UPDATE newsletter_delivery AS d
           SET state = r.state, message_id = r.message_id, code = r.code,
               settled_at = CASE WHEN r.state IN (2, 3) THEN %s END
          FROM (WITH x AS MATERIALIZED (
                  SELECT value->>0 p, value->>1 attempt, value->>2 state, value->>3 message_id, value->>4 code
                    FROM json_each(%s)) SELECT * FROM x) r
         WHERE d.campaign_id = %s AND d.position = r.p AND d.position BETWEEN %s AND %s
           AND d.attempt = r.attempt AND d.state IN (1, 4)""",
}


def answer(campaign_id: int, settlements: Sequence[Settlement]) -> int:
    """Write what became of attempts, one statement for all. A row that an event already made accepted is no error.

    Returns the rows changed.
    """
    if not settlements:
        return 0
    rows = [(s.position, s.attempt, int(s.state), s.message_id, s.code) for s in settlements]
    positions = [s.position for s in settlements]
    parameters = [_now(), *_rows(rows), campaign_id, min(positions), max(positions)]
    return _execute(ANSWER[connection.vendor], parameters)


def doubt(campaign_id: int, first: int, last: int, *, claimed_before: datetime.datetime | None = None) -> int:
    """Make what a lost owner left submitting in the range in doubt. Returns how many."""
    rows = Delivery.objects.filter(campaign_id=campaign_id, position__range=(first, last), state=S.SUBMITTING)
    rows = rows.filter(submitted_at__lt=claimed_before) if claimed_before else rows
    return rows.update(state=S.IN_DOUBT)


def settle_without_trace(campaign_id: int, first: int, last: int, before: datetime.datetime) -> int:
    """Reject, as ``no_trace``, the range's doubts of calls made before that time. Returns how many."""
    doubts = Delivery.objects.filter(campaign_id=campaign_id, position__range=(first, last), state=S.IN_DOUBT)
    lost = doubts.filter(submitted_at__lt=before)
    return lost.update(state=S.REJECTED, code="no_trace", settled_at=timezone.now())


def any_doubt(campaign_id: int, first: int, last: int) -> bool:
    """Whether anything of the range is in doubt."""
    rows = Delivery.objects.filter(campaign_id=campaign_id, position__range=(first, last), state=S.IN_DOUBT)
    return rows.exists()


def reopen(campaign_id: int, only: str) -> int:
    """Make rejected (or in-doubt) deliveries pending again, on an operator's word. Returns how many."""
    state = {"rejected": S.REJECTED, "in_doubt": S.IN_DOUBT}[only]
    return Delivery.objects.filter(campaign_id=campaign_id, state=state).update(
        state=S.PENDING, code=None, settled_at=None
    )


def states_in(campaign_id: int, first: int, last: int) -> Counter[int]:
    """How many of the range are in each state."""
    rows = Delivery.objects.filter(campaign_id=campaign_id, position__range=(first, last))
    return Counter(dict(rows.values_list("state").annotate(Count("position")).order_by()))


def anything_open(campaign_id: int) -> bool:
    """Whether anything of the campaign is pending or submitting."""
    return Delivery.objects.filter(campaign_id=campaign_id, state__in=(S.PENDING, S.SUBMITTING)).exists()


def anything_tried(campaign_id: int) -> bool:
    """Whether a call was ever made, or may have been, for any recipient of the campaign."""
    return Delivery.objects.filter(campaign_id=campaign_id, attempt__gt=0).exists()


def _now() -> Any:
    # As the ORM writes it, so that times in one column compare.
    return connection.ops.adapt_datetimefield_value(timezone.now())


def _postgresql() -> bool:
    return connection.vendor == "postgresql"


def _array(values: Iterable[int]) -> Any:
    return list(values) if _postgresql() else json.dumps(list(values))


def _rows(rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Rows as the dialect takes them: a list for each column, or one JSON text."""
    return [list(column) for column in zip(*rows, strict=True)] if _postgresql() else [json.dumps(rows)]


def _execute(statement: str, parameters: Sequence[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)
