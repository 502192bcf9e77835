"""What SES's events do to the ledger, one statement for many deliveries. With ``ledger`` the only writer of
``Delivery.state``; both dialects side by side, positions always bounded.

Order is never assumed, so every rule is a maximum: an event of the current attempt makes submitting, in doubt,
pending and ``no_trace`` accepted; a reject makes any of them rejected; a hard bounce, or one that SES made itself,
stands above a delivery, and a delivery above every other bounce.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from newsletter.models import BounceClass

FINAL_BOUNCES = (BounceClass.HARD, BounceClass.SUPPRESSED)


class Feedback(NamedTuple):
    """All that a run of events said about one attempt at one delivery; its fields are the columns of ``COLUMNS``.

    ``opened_at`` and ``clicked_at`` are the first of any, ``person_opened_at`` the last by nobody known as a machine.
    ``person_clicked_at`` is that of all clicks that were ever stored, so it stands in place of the ledger's; it means
    something only beside a ``clicked_at``.
    """

    position: int
    attempt: int
    message_id: str | None = None
    accepted: bool = False
    rejected: str | None = None  # SES's code for a mail it took and then refused
    delivered_at: datetime.datetime | None = None
    bounced_at: datetime.datetime | None = None
    bounce_class: BounceClass | None = None
    complained_at: datetime.datetime | None = None
    opened_at: datetime.datetime | None = None
    clicked_at: datetime.datetime | None = None
    person_opened_at: datetime.datetime | None = None
    person_clicked_at: datetime.datetime | None = None

    def and_(self, other: Feedback) -> Feedback:
        """Both together, whichever came first."""
        bounce = min(self, other, key=Feedback._bounce_rank)
        return Feedback(
            position=self.position,
            attempt=self.attempt,
            message_id=self.message_id or other.message_id,
            accepted=self.accepted or other.accepted,
            rejected=self.rejected or other.rejected,
            delivered_at=_earlier(self.delivered_at, other.delivered_at),
            bounced_at=bounce.bounced_at,
            bounce_class=bounce.bounce_class,
            complained_at=_earlier(self.complained_at, other.complained_at),
            opened_at=_earlier(self.opened_at, other.opened_at),
            clicked_at=_earlier(self.clicked_at, other.clicked_at),
            person_opened_at=max(filter(None, (self.person_opened_at, other.person_opened_at)), default=None),
            person_clicked_at=self.person_clicked_at or other.person_clicked_at,
        )

    def _bounce_rank(self) -> tuple[bool, bool, datetime.datetime, int]:
        """Least for the bounce that stands: a final one, then the earliest. As in ``SET``."""
        at = self.bounced_at or datetime.datetime.max.replace(tzinfo=datetime.UTC)
        return self.bounced_at is None, self.bounce_class not in FINAL_BOUNCES, at, self.bounce_class or 0


def _earlier(one: datetime.datetime | None, other: datetime.datetime | None) -> datetime.datetime | None:
    return min((time for time in (one, other) if time), default=None)


class Matched(NamedTuple):
    """A delivery whose current attempt the feedback was about."""

    position: int
    address: str
    subscriber_id: int
    submitted_at: datetime.datetime | None


COLUMNS = (
    ("p", "int"),
    ("attempt", "int"),
    ("message_id", "text"),
    ("accepted", "int"),
    ("rejected", "text"),
    ("delivered_at", "timestamptz"),
    ("bounced_at", "timestamptz"),
    ("bounce_class", "int"),
    ("complained_at", "timestamptz"),
    ("opened_at", "timestamptz"),
    ("clicked_at", "timestamptz"),
    ("person_opened_at", "timestamptz"),
    ("person_clicked_at", "timestamptz"),
)
TIMES = [index for index, (_, kind) in enumerate(COLUMNS) if kind == "timestamptz"]
REFUSED = "r.rejected IS NOT NULL AND d.state <> 5"
TAKEN = "r.accepted = 1 AND (d.state IN (0, 1, 4) OR d.state = 3 AND d.code = 'no_trace')"
STANDS = """d.bounced_at IS NULL OR (r.bounce_class NOT IN (1, 4), r.bounced_at, r.bounce_class)
                              < (d.bounce_class NOT IN (1, 4), d.bounced_at, d.bounce_class)"""
SET = f"""
    state = CASE WHEN {REFUSED} THEN 3 WHEN {TAKEN} THEN 2 ELSE d.state END,
    code = CASE WHEN {REFUSED} THEN r.rejected WHEN {TAKEN} THEN NULL ELSE d.code END,
    settled_at = CASE WHEN {REFUSED} AND d.state <> 3 OR {TAKEN} THEN %s ELSE d.settled_at END,
    message_id = COALESCE(d.message_id, r.message_id),
    bounced_at = CASE WHEN {STANDS} THEN r.bounced_at ELSE d.bounced_at END,
    bounce_class = CASE WHEN {STANDS} THEN r.bounce_class ELSE d.bounce_class END"""
# The first of several, whichever was told first, and the last. MIN and MAX of SQLite are NULL where one of them is.
FIRST = ("delivered_at", "complained_at", "opened_at", "clicked_at")
LAST = ("person_opened_at",)
EXTREMES = {"postgresql": ("LEAST", "GREATEST"), "sqlite": ("MIN", "MAX")}
CLICKED = "person_clicked_at = CASE WHEN r.clicked_at IS NULL THEN d.person_clicked_at ELSE r.person_clicked_at END"


def _sets(vendor: str) -> str:
    least, greatest = EXTREMES[vendor]
    pairs = [(least, name) for name in FIRST] + [(greatest, name) for name in LAST]
    times = (f"{name} = COALESCE({extreme}(d.{name}, r.{name}), d.{name}, r.{name})" for extreme, name in pairs)
    return ", ".join([SET, *times, CLICKED])


NAMES = ", ".join(name for name, _ in COLUMNS)
WHERE = "d.campaign_id = %s AND d.position = r.p AND d.position BETWEEN %s AND %s AND d.attempt = r.attempt"
# A column of JSON for each: an array of psycopg's costs three times as much, and half of them are empty.
POSTGRESQL = (
    f"UPDATE newsletter_delivery d SET {_sets('postgresql')} FROM (SELECT "
    + ", ".join(f"{name}::{kind}" for name, kind in COLUMNS)
    + " FROM ROWS FROM ("
    + ", ".join("json_array_elements_text(%s::json)" for _ in COLUMNS)
    + f") x({NAMES})) r WHERE {WHERE} RETURNING d.position, d.address, d.subscriber_id, "
    # Django makes a time of PostgreSQL's in 10 µs, and of a number in none.
    "extract(epoch FROM d.submitted_at)::float8"
)
SQLITE = (
    f"UPDATE newsletter_delivery AS d SET {_sets('sqlite')} FROM (WITH x AS MATERIALIZED (SELECT "
    + ", ".join(f"value->>{index} {name}" for index, (name, _) in enumerate(COLUMNS))
    + f" FROM json_each(%s)) SELECT * FROM x) r WHERE {WHERE} RETURNING position, address, subscriber_id, submitted_at"
)


def fold(campaign_id: int, feedback: Sequence[Feedback]) -> list[Matched]:
    """Write the feedback, one entry for each delivery, into the ledger. Returns the deliveries it was about;
    what is missing there is about an older attempt, or about nothing we know."""
    if not feedback:
        return []
    positions = [each.position for each in feedback]
    postgresql = connection.vendor == "postgresql"
    columns = [_column(index, values) for index, values in enumerate(zip(*feedback, strict=True))]
    # On PostgreSQL a column of nothing needs no rows: the longest column tells how many there are.
    texts = [json.dumps(column if any(column) else []) for column in columns] if postgresql else [_rows(columns)]
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(POSTGRESQL if postgresql else SQLITE, [now, *texts, campaign_id, min(positions), max(positions)])
        rows = cursor.fetchall()
    return [Matched(row[0], row[1], row[2], _moment(row[3])) for row in rows]


def _rows(columns: Sequence[Sequence[Any]]) -> str:
    return json.dumps(list(zip(*columns, strict=True)))


def _column(index: int, values: Sequence[Any]) -> Sequence[Any]:
    """The values as JSON has them."""
    if COLUMNS[index][0] == "accepted":
        return list(map(int, values))
    if index not in TIMES or not any(values):
        return values
    if connection.vendor == "postgresql":
        return [moment and moment.isoformat() for moment in values]
    return list(map(connection.ops.adapt_datetimefield_value, values))


def _moment(value: float | str | datetime.datetime | None) -> datetime.datetime | None:
    if isinstance(value, float):
        return datetime.datetime.fromtimestamp(value, datetime.UTC)
    # SQLite knows no time zones, and what it returns from an UPDATE may be the text as it was written.
    moment = datetime.datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=datetime.UTC) if moment and moment.tzinfo is None else moment
