"""What SES's events do to the ledger, one statement for many deliveries. With ``ledger`` the only writer of
``Delivery.state``; both dialects side by side, positions always bounded.

Order is never assumed, so every rule is a maximum: an event of the current attempt makes submitting, in doubt,
pending and ``no_trace`` accepted; a reject makes any of them rejected; a hard bounce, or one that SES made itself,
stands above a delivery, and a delivery above every other bounce.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from newsletter.models import BounceClass

FINAL_BOUNCES = (BounceClass.HARD, BounceClass.SUPPRESSED)


@dataclasses.dataclass(frozen=True, slots=True)
class Feedback:
    """All that a run of events said about one attempt at one delivery."""

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
        )

    def _bounce_rank(self) -> tuple[bool, bool, datetime.datetime, int]:
        """Least for the bounce that stands: a final one, then the earliest. As in ``SET``."""
        at = self.bounced_at or datetime.datetime.max.replace(tzinfo=datetime.UTC)
        return self.bounced_at is None, self.bounce_class not in FINAL_BOUNCES, at, self.bounce_class or 0


def _earlier(one: datetime.datetime | None, other: datetime.datetime | None) -> datetime.datetime | None:
    return min((time for time in (one, other) if time), default=None)


@dataclasses.dataclass(frozen=True, slots=True)
class Matched:
    """A delivery whose current attempt the feedback was about."""

    position: int
    address: str


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
)
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
# The first of several, whichever was told first. MIN of SQLite is NULL where one of them is.
FIRST = ("delivered_at", "complained_at", "opened_at", "clicked_at")
LEAST = {"postgresql": "LEAST", "sqlite": "MIN"}
SET_BY_VENDOR = {
    vendor: ", ".join([SET, *(f"{name} = COALESCE({least}(d.{name}, r.{name}), d.{name}, r.{name})" for name in FIRST)])
    for vendor, least in LEAST.items()
}
WHERE = "d.campaign_id = %s AND d.position = r.p AND d.position BETWEEN %s AND %s AND d.attempt = r.attempt"
POSTGRESQL = (
    f"UPDATE newsletter_delivery d SET {SET_BY_VENDOR['postgresql']} FROM unnest("
    + ", ".join(f"%s::{kind}[]" for _, kind in COLUMNS)
    + ") AS r("
    + ", ".join(name for name, _ in COLUMNS)
    + f") WHERE {WHERE} RETURNING d.position, d.address"
)
SQLITE = (
    f"UPDATE newsletter_delivery AS d SET {SET_BY_VENDOR['sqlite']} FROM (WITH x AS MATERIALIZED (SELECT "
    + ", ".join(f"value->>{index} {name}" for index, (name, _) in enumerate(COLUMNS))
    + f" FROM json_each(%s)) SELECT * FROM x) r WHERE {WHERE} RETURNING position, address"
)


def fold(campaign_id: int, feedback: Sequence[Feedback]) -> list[Matched]:
    """Write the feedback, one entry for each delivery, into the ledger. Returns the deliveries it was about;
    what is missing there is about an older attempt, or about nothing we know."""
    if not feedback:
        return []
    positions = [each.position for each in feedback]
    rows = [_row(each) for each in feedback]
    postgresql = connection.vendor == "postgresql"
    values = [list(column) for column in zip(*rows, strict=True)] if postgresql else [json.dumps(rows)]
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(
            POSTGRESQL if postgresql else SQLITE, [now, *values, campaign_id, min(positions), max(positions)]
        )
        return [Matched(*row) for row in cursor.fetchall()]


def _row(feedback: Feedback) -> tuple[Any, ...]:
    time = connection.ops.adapt_datetimefield_value
    return (
        feedback.position,
        feedback.attempt,
        feedback.message_id,
        int(feedback.accepted),
        feedback.rejected,
        time(feedback.delivered_at),
        time(feedback.bounced_at),
        feedback.bounce_class,
        time(feedback.complained_at),
        time(feedback.opened_at),
        time(feedback.clicked_at),
    )
