"""The freeze: the audience becomes the ledger's rows in one ``INSERT … SELECT``."""

from __future__ import annotations

import random
from collections.abc import Sequence

from django.conf import settings
from django.db import connection
from django.db.models import Count

from newsletter.delivery import sampling
from newsletter.models import Batch
from subscribers import audience
from subscribers.audience import Audience

COLUMNS = "campaign_id, position, subscriber_id, address, state, attempt"


def take(campaign_id: int, who: Audience, sample: int | None = None) -> tuple[int, dict[str, int]]:
    """Write one pending delivery for each eligible recipient, in subscriber order, and the campaign's batches; with
    ``sample``, batches of a canary of so many among them, unless there are no others.

    Returns the number of recipients and the exclusions by reason, of one and the same moment. Call inside a
    transaction that began with ``one_moment``. Raises ``AssertionError`` if anybody is in neither number.
    """
    counts = audience.candidates(who).values_list("exclusion").annotate(Count("id")).order_by()
    by_reason: dict[str | None, int] = dict(counts)
    eligible, parameters = audience.recipients(who).values("subscriber_id", "email").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO newsletter_delivery ({COLUMNS}) "
            f"SELECT %s, row_number() OVER (ORDER BY e.subscriber_id), e.subscriber_id, e.email, 0, 0 "
            f"FROM ({eligible}) e ORDER BY e.subscriber_id",
            [campaign_id, *parameters],
        )
        recipients = cursor.rowcount
    expected = by_reason.pop(None, 0)
    if recipients != expected:
        raise AssertionError(f"campaign {campaign_id}: {expected} eligible, {recipients} frozen")
    _batches(campaign_id, _ranges(recipients, sample if sample and sample < recipients else 0))
    return recipients, {reason: count for reason, count in by_reason.items() if reason}


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
