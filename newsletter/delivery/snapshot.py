"""The freeze: the audience becomes the ledger's rows in one ``INSERT … SELECT``."""

from __future__ import annotations

import random
from collections.abc import Sequence

from django.conf import settings
from django.db import connection

from newsletter.delivery import sampling
from newsletter.models import Batch
from subscribers import audience
from subscribers.audience import Audience

# ``{everyone}``: the audience's candidates.
INSERT = """
    INSERT INTO newsletter_delivery (campaign_id, position, subscriber_id, address, state, attempt)
    SELECT %s, row_number() OVER (ORDER BY subscriber_id), subscriber_id, email, 0, 0
      FROM {everyone} WHERE exclusion IS NULL ORDER BY subscriber_id"""
COUNT = "SELECT exclusion, count(*) FROM {everyone} GROUP BY 1"
# Looks at everyone once: to count them by themselves takes a third of the time that the insert does.
POSTGRESQL = (
    f"WITH everyone AS MATERIALIZED {{everyone}}, frozen AS ({INSERT.format(everyone='everyone')} RETURNING 1) "
    f"{COUNT.format(everyone='everyone')} UNION ALL SELECT 'frozen', count(*) FROM frozen"
)


def take(campaign_id: int, who: Audience, sample: int | None = None) -> tuple[int, dict[str, int]]:
    """Write one pending delivery for each eligible recipient, in subscriber order, and the campaign's batches; with
    ``sample``, batches of a canary of so many among them, unless there are no others.

    Returns the number of recipients and the exclusions by reason, of one and the same moment. Call inside a
    transaction that began with ``one_moment``. Raises ``AssertionError`` if anybody is in neither number.
    """
    recipients, by_reason = _freeze(campaign_id, who)
    expected = by_reason.pop(None, 0)
    if recipients != expected:
        raise AssertionError(f"campaign {campaign_id}: {expected} eligible, {recipients} frozen")
    _batches(campaign_id, _ranges(recipients, sample if sample and sample < recipients else 0))
    return recipients, {reason: count for reason, count in by_reason.items() if reason}


def _freeze(campaign_id: int, who: Audience) -> tuple[int, dict[str | None, int]]:
    """How many were frozen, and how many candidates have each exclusion or none."""
    candidates = audience.candidates(who).values("subscriber_id", "email", "exclusion")
    statement, parameters = candidates.query.sql_with_params()
    everyone = f"({statement})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A million readers are sorted and joined in memory; compiling doesn't pay.
            cursor.execute("SET LOCAL work_mem = '128MB'; SET LOCAL jit = off")
            cursor.execute(POSTGRESQL.format(everyone=everyone), [*parameters, campaign_id])
            counts = dict(cursor.fetchall())
            return counts.pop("frozen"), counts
        cursor.execute(COUNT.format(everyone=everyone), parameters)
        counts = dict(cursor.fetchall())
        cursor.execute(INSERT.format(everyone=everyone), [campaign_id, *parameters])
        return cursor.rowcount, counts


def analyze() -> None:
    """Tell the planner of the new rows; without it the answers' joins scan the campaign."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE newsletter_delivery")


def one_moment() -> None:
    """Make the transaction see one moment; its first statement."""
    # Counting and inserting must see the same readers. On SQLite the write lock sees to it.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _ranges(recipients: int, sample: int) -> list[tuple[int, int, bool]]:
    """First and last position of each batch, and whether it is the canary's."""
    size = settings.SUDI.batch_size
    whole = [(first, min(first + size - 1, recipients)) for first in range(1, recipients + 1, size)]
    taken = sampling.pieces(whole, sample, size) if sample else {}
    ranges = []
    for first, last in whole:
        split = first + taken.get((first, last), 0)
        ranges += [(first, split - 1, True)] if split > first else []
        ranges += [(split, last, False)] if split <= last else []
    return ranges


def _batches(campaign_id: int, ranges: Sequence[tuple[int, int, bool]]) -> None:
    # Sent in shuffled order, so that the brakes see a fair sample and not the oldest readers.
    order = random.sample(range(len(ranges)), len(ranges))
    Batch.objects.bulk_create(
        (
            Batch(campaign_id=campaign_id, number=number, first=first, last=last, canary=canary, shuffle=order[number])
            for number, (first, last, canary) in enumerate(ranges)
        ),
        batch_size=1000,
    )
