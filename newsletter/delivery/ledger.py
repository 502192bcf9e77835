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

from newsletter.delivery import guard
from newsletter.models import Delivery, DeliveryState
from subscribers import audience
from subscribers.audience import Audience

S = DeliveryState


@dataclasses.dataclass(frozen=True, slots=True)
class Pending:
    """A recipient who isn't tried, or is to be tried again; ``attempt``: the last one, 0 where there was none."""

    position: int
    attempt: int
    subscriber_id: int
    address: str


@dataclasses.dataclass(frozen=True, slots=True)
class Claimed:
    """A recipient that this process, and no other, sends to in this attempt."""

    position: int
    attempt: int


@dataclasses.dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of one attempt: its state, and SES's message id or error code."""

    position: int
    attempt: int
    state: DeliveryState
    message_id: str | None = None
    code: str | None = None


def pending(campaign_id: int, first: int, last: int) -> list[Pending]:
    """The recipients of the range that aren't tried, in order."""
    rows = Delivery.objects.filter(campaign_id=campaign_id, position__range=(first, last), state=S.PENDING)
    columns = ("position", "attempt", "subscriber_id", "address")
    return [Pending(*row) for row in rows.order_by("position").values_list(*columns)]


def claim(campaign_id: int, positions: Sequence[int], who: Audience) -> list[Claimed]:
    """Make those among ``positions`` submitting, as a new attempt, who are pending and still to be mailed, while the
    campaign is sending and the database belongs to this installation.

    Only what comes back may be sent, and only after this is committed. In order of positions.
    """
    if not positions:
        return []
    places, parameters = audience.statement_of_places(who)
    among = "= ANY(%s::int[])" if _postgresql() else "IN (SELECT value FROM json_each(%s))"
    statement = f"""
        UPDATE newsletter_delivery AS d
           SET state = 1, attempt = d.attempt + 1, submitted_at = %s, message_id = NULL, code = NULL
          FROM ({places}) e
         WHERE d.campaign_id = %s AND d.position BETWEEN %s AND %s AND d.position {among} AND d.state = 0
           AND e.subscriber_id = d.subscriber_id AND e.exclusion IS NULL
           AND EXISTS (SELECT 1 FROM newsletter_campaign WHERE id = %s AND status = 'sending') AND {guard.OWN}
        RETURNING position, attempt"""
    among_whom = [campaign_id, min(positions), max(positions), _array(positions)]
    parameters = (_now(), *parameters, *among_whom, campaign_id, *guard.here())
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


# On PostgreSQL arrays with a place for each position of the range, null where it isn't meant: a join would compare each
# row with each.
ANSWER = {
    "postgresql": """
        UPDATE newsletter_delivery d
           SET state = r.state[d.position - r.before], message_id = r.message_id[d.position - r.before],
               code = r.code[d.position - r.before],
               settled_at = CASE WHEN r.state[d.position - r.before] IN (2, 3) THEN %s END
          FROM (SELECT %s - 1 before, %s::int[] attempt, %s::int[] state, %s::text[] message_id, %s::text[] code) r
         WHERE d.campaign_id = %s AND d.position BETWEEN %s AND %s
           AND d.attempt = r.attempt[d.position - r.before] AND d.state IN (1, 4)""",
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
    positions = [s.position for s in settlements]
    first, last = min(positions), max(positions)
    if _postgresql():
        by_position = {s.position: s for s in settlements}
        places = [by_position.get(position) for position in range(first, last + 1)]
        rows: list[Any] = [
            first,
            _numbers(s.attempt if s else None for s in places),
            _numbers(int(s.state) if s else None for s in places),
            _texts(s.message_id if s else None for s in places),
            _texts(s.code if s else None for s in places),
        ]
    else:
        rows = [json.dumps([(s.position, s.attempt, int(s.state), s.message_id, s.code) for s in settlements])]
    return _execute(ANSWER[connection.vendor], [_now(), *rows, campaign_id, first, last])


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
    return _numbers(values) if _postgresql() else json.dumps(list(values))


def _numbers(values: Iterable[int | None]) -> str:
    """An array as PostgreSQL reads it: written here, for psycopg would adapt each number."""
    return f"{{{','.join('NULL' if value is None else str(value) for value in values)}}}"


def _texts(values: Iterable[str | None]) -> str:
    """The same of texts, in quotes, with a backslash before what means something within them."""
    return f"{{{','.join('NULL' if value is None else _quoted(value) for value in values)}}}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _execute(statement: str, parameters: Sequence[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)
