"""Who works on a batch: enqueued for a while, then leased to one worker. Saves work; safety is the claims'."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from newsletter.delivery import ledger
from newsletter.models import Batch, CampaignStatus


def queue_seconds() -> float:
    """How long an enqueued batch may wait for a worker before it is enqueued again; its message expires then."""
    return float(settings.SUDI.task_seconds * 2)


def take(batch_id: int, owner: str) -> Batch | None:
    """Lease the batch to ``owner``. ``None``: done, not due, another's, or its campaign isn't sending."""
    now = timezone.now()
    taken = (
        Batch.objects.filter(pk=batch_id, done_at=None, campaign__status=CampaignStatus.SENDING)
        .filter(Q(lease_until=None) | Q(lease_owner=owner))
        .filter(Q(not_before=None) | Q(not_before__lte=now))
        .update(lease_owner=owner, lease_until=_until(now))
    )
    if not taken:
        return None
    batches = Batch.objects.select_related("campaign__issue__newsletter", "campaign__rendition")
    return batches.get(pk=batch_id)


def renew(batch: Batch) -> bool:
    """Keep the lease; the sending thread asks between chunks. ``False``: it was lost, stop."""
    held = Batch.objects.filter(pk=batch.pk, lease_owner=batch.lease_owner)
    return bool(held.update(lease_until=_until(timezone.now())))


def release(batch: Batch, back_off: datetime.timedelta | None = None) -> None:
    """Give the batch back; done when nothing in it is pending or submitting."""
    now = timezone.now()
    with transaction.atomic():
        pending, submitting = ledger.open_in(batch.campaign_id, batch.first, batch.last)
        Batch.objects.filter(pk=batch.pk, lease_owner=batch.lease_owner).update(
            lease_owner="",
            lease_until=None,
            enqueued_at=None,
            not_before=now + back_off if back_off else None,
            done_at=None if pending or submitting else now,
        )


def to_enqueue(campaign_id: int, limit: int) -> list[int]:
    """Mark and return the next batches to enqueue, in the campaign's shuffled order; at most ``limit``."""
    now = timezone.now()
    stale = now - datetime.timedelta(seconds=queue_seconds())
    waiting = (
        Batch.objects.filter(campaign_id=campaign_id, done_at=None, lease_until=None)
        .filter(Q(enqueued_at=None) | Q(enqueued_at__lt=stale))
        .filter(Q(not_before=None) | Q(not_before__lte=now))
        .order_by("shuffle")
    )
    chosen = list(waiting.values_list("pk", flat=True)[:limit])
    Batch.objects.filter(pk__in=chosen).update(enqueued_at=now)
    return chosen


def under_way() -> int:
    """How many batches are leased, or enqueued and not yet taken."""
    stale = timezone.now() - datetime.timedelta(seconds=queue_seconds())
    open_batches = Batch.objects.filter(done_at=None, campaign__status=CampaignStatus.SENDING)
    return open_batches.filter(Q(lease_until__isnull=False) | Q(enqueued_at__gte=stale)).count()


def recover() -> int:
    """Take back the batches whose worker is gone: what it left submitting is in doubt. Returns how many batches."""
    recovered = 0
    for batch in Batch.objects.filter(lease_until__lt=timezone.now()):
        with transaction.atomic():
            lost = Batch.objects.filter(pk=batch.pk, lease_owner=batch.lease_owner, lease_until=batch.lease_until)
            if not lost.update(lease_owner="", lease_until=None, enqueued_at=None):
                continue
            ledger.doubt(batch.campaign_id, batch.first, batch.last)
            pending, _ = ledger.open_in(batch.campaign_id, batch.first, batch.last)
            if not pending:
                Batch.objects.filter(pk=batch.pk, lease_until=None).update(done_at=timezone.now())
            recovered += 1
    return recovered


def _until(now: datetime.datetime) -> datetime.datetime:
    return now + datetime.timedelta(seconds=settings.SUDI.lease_seconds)
