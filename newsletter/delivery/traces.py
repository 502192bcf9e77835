"""Doubts that end for want of a trace: once SES has told of a later call, it would have told of theirs.

The later call may be any campaign's: all events come by one way. Batches say where doubts are, so that nobody looks
for them in a campaign that has none.
"""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from newsletter.delivery import ledger, rate
from newsletter.models import Batch, SendRate

MOST = 100  # batches of one pass, a few rows each


def seen(submitted_at: datetime.datetime | None) -> None:
    """SES has told what became of a call made then. In no transaction: every worker writes the same row."""
    if submitted_at is None:
        return
    rate.current()
    SendRate.objects.filter(Q(traced_at=None) | Q(traced_at__lt=submitted_at), pk=1).update(traced_at=submitted_at)


def settle(grace: datetime.timedelta) -> int:
    """Reject, as ``no_trace``, the doubts older than ``grace`` of calls before one that SES has told of. A still later
    event makes such a delivery accepted. Returns how many."""
    doubtful = Batch.objects.filter(has_doubts=True, campaign__started_at__lt=timezone.now() - grace)
    # Any of them: those that can't be settled yet must not keep the others waiting.
    batch_ids = list(doubtful.order_by("?").values_list("pk", flat=True)[:MOST])
    latest = SendRate.objects.values_list("traced_at", flat=True).first() if batch_ids else None
    if latest is None:
        return 0
    return sum(_settle(batch_id, min(latest, timezone.now() - grace)) for batch_id in batch_ids)


@transaction.atomic
def _settle(batch_id: int, before: datetime.datetime) -> int:
    # Locked: whoever writes a doubt says so here first.
    batch = Batch.objects.select_for_update(no_key=True).get(pk=batch_id)
    settled = ledger.settle_without_trace(batch.campaign_id, batch.first, batch.last, before)
    if not ledger.any_doubt(batch.campaign_id, batch.first, batch.last):
        Batch.objects.filter(pk=batch_id).update(has_doubts=False)
    return settled
