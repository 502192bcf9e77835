"""Who works on a batch: enqueued for a while, then leased to one worker. Saves work; safety is the claims'."""

from __future__ import annotations

import datetime
from collections import Counter
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Exists, F, JSONField, OuterRef, Q
from django.utils import timezone

from newsletter.delivery import campaigns, faults, ledger
from newsletter.models import Batch, Campaign, CampaignStatus, Delivery, DeliveryState, Issue

# What an issue consists of; no sender reads it, and reading it takes longer than anything else about a batch.
UNREAD = (
    "campaign__rendition__inputs",
    "campaign__issue__source_text",
    *(f"campaign__issue__{field.name}" for field in Issue._meta.concrete_fields if isinstance(field, JSONField)),
)
# Of a batch that is nobody's.
LET_GO: dict[str, Any] = {"lease_owner": "", "lease_until": None, "enqueued_at": None, "not_before": None}


def queue_seconds() -> float:
    """How long an enqueued batch may wait for a worker before it is enqueued again; its message expires then."""
    return float(settings.SUDI.task_seconds * 2)


def take(batch_id: int, owner: str) -> Batch | None:
    """Lease the batch to ``owner``. ``None``: done, not due, another's, or its campaign isn't sending."""
    now = timezone.now()
    # No join: an UPDATE with one selects its rows in a subquery, and PostgreSQL then gives one lease to several.
    sending = Campaign.objects.filter(pk=OuterRef("campaign_id"), status=CampaignStatus.SENDING)
    taken = (
        Batch.objects.filter(_let_go(), Exists(sending), pk=batch_id, done_at=None)
        .filter(Q(lease_until=None) | Q(lease_owner=owner))
        .filter(Q(not_before=None) | Q(not_before__lte=now))
        .update(lease_owner=owner, lease_until=_until(now))
    )
    if not taken:
        return None
    batches = Batch.objects.select_related("campaign__issue__newsletter", "campaign__rendition")
    return batches.defer(*UNREAD).get(pk=batch_id)


def renew(batch: Batch) -> bool:
    """Keep the lease; the sending thread asks between chunks. ``False``: it was lost, stop."""
    held = Batch.objects.filter(pk=batch.pk, lease_owner=batch.lease_owner)
    return bool(held.update(lease_until=_until(timezone.now())))


def release(batch: Batch, back_off: datetime.timedelta | None = None) -> None:
    """Give the batch back; done when nothing in it is pending or submitting."""
    if _close(batch):
        return
    now = timezone.now()
    with transaction.atomic():
        campaigns.answered_late(batch.campaign_id, batch.first, batch.last)
        Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)  # before its deliveries, as everybody does
        states = ledger.states_in(batch.campaign_id, batch.first, batch.last)
        # Claimed by a worker that had lost its lease and then died: no lease of its own will ever run out.
        long_ago = now - datetime.timedelta(seconds=settings.SUDI.lease_seconds)
        if states[DeliveryState.SUBMITTING] and ledger.doubt(
            batch.campaign_id, batch.first, batch.last, claimed_before=long_ago
        ):
            doubts(batch)
            states = ledger.states_in(batch.campaign_id, batch.first, batch.last)
        Batch.objects.filter(pk=batch.pk, lease_owner=batch.lease_owner).update(
            **LET_GO
            | {
                "not_before": now + back_off if back_off else None,
                "done_at": None if _anything_open(states) else now,
                "accepted": states[DeliveryState.ACCEPTED],
            }
        )


def _close(batch: Batch) -> bool:
    """Give the batch back as done, if it is. What a resend opens at the same moment, ``reopen`` finds: nobody waits
    here for the campaign's row, for which all workers would."""
    states = ledger.states_in(batch.campaign_id, batch.first, batch.last)
    if _anything_open(states):
        return False
    mine = Batch.objects.filter(pk=batch.pk, lease_owner=batch.lease_owner)
    mine.update(accepted=states[DeliveryState.ACCEPTED], done_at=timezone.now(), **LET_GO)
    return True


def doubts(batch: Batch) -> None:
    """Say that something in the batch is in doubt. In the transaction that says so in the ledger."""
    Batch.objects.filter(pk=batch.pk).update(has_doubts=True)


def to_enqueue(campaign_id: int, limit: int) -> list[int]:
    """Mark and return the next batches to enqueue, in the campaign's shuffled order; at most ``limit``."""
    now = timezone.now()
    stale = now - datetime.timedelta(seconds=queue_seconds())
    waiting = (
        # Locked, so that two passes of the engine at once don't choose the same.
        Batch.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
        .filter(_let_go(), campaign_id=campaign_id, done_at=None, lease_until=None)
        .filter(Q(enqueued_at=None) | Q(enqueued_at__lt=stale))
        .filter(Q(not_before=None) | Q(not_before__lte=now))
        # What had to wait comes after what never was tried: it may have to wait again, and must not hold that up.
        .order_by(F("not_before").asc(nulls_first=True), "shuffle")
    )
    with transaction.atomic():
        chosen = list(waiting.values_list("pk", flat=True)[:limit])
        Batch.objects.filter(pk__in=chosen).update(enqueued_at=now)
    return chosen


def under_way() -> Counter[int]:
    """How many batches of each campaign are leased, or enqueued and not yet taken."""
    stale = timezone.now() - datetime.timedelta(seconds=queue_seconds())
    open_batches = Batch.objects.filter(done_at=None, campaign__status=CampaignStatus.SENDING)
    busy = open_batches.filter(Q(lease_until__isnull=False) | Q(enqueued_at__gte=stale))
    return Counter(dict(busy.values_list("campaign_id").annotate(Count("pk")).order_by()))


def recover() -> int:
    """Take back the batches whose worker is gone: what it left submitting is in doubt. Returns how many batches."""
    recovered = 0
    for batch in Batch.objects.filter(lease_until__lt=timezone.now()):
        with transaction.atomic():
            campaigns.answered_late(batch.campaign_id, batch.first, batch.last)
            lost = Batch.objects.filter(pk=batch.pk, lease_owner=batch.lease_owner, lease_until=batch.lease_until)
            if not lost.update(lease_owner="", lease_until=None, enqueued_at=None):
                continue
            if ledger.doubt(batch.campaign_id, batch.first, batch.last):
                doubts(batch)
            states = ledger.states_in(batch.campaign_id, batch.first, batch.last)
            Batch.objects.filter(pk=batch.pk).update(accepted=states[DeliveryState.ACCEPTED])
            if not _anything_open(states):
                Batch.objects.filter(pk=batch.pk, lease_until=None).update(done_at=timezone.now())
            faults.at("recovering")
            recovered += 1
    return recovered


def reopen(campaign_id: int) -> int:
    """Open the done batches with something pending or submitting: an answer may come after the batch was closed for
    its lost worker. Returns how many."""
    left = Delivery.objects.filter(
        campaign_id=OuterRef("campaign_id"),
        position__gte=OuterRef("first"),
        position__lte=OuterRef("last"),
        state__in=(DeliveryState.PENDING, DeliveryState.SUBMITTING),
    )
    done = Batch.objects.filter(Exists(left), campaign_id=campaign_id, done_at__isnull=False)
    return done.update(done_at=None, enqueued_at=None)


def _let_go() -> Q:
    """Batches of a canary, and all of a campaign that waits for none."""
    waiting = Campaign.objects.filter(pk=OuterRef("campaign_id"), canary__isnull=False, canary_over_at=None)
    return Q(canary=True) | Q(~Exists(waiting))


def _anything_open(states: Counter[int]) -> bool:
    return bool(states[DeliveryState.PENDING] or states[DeliveryState.SUBMITTING])


def _until(now: datetime.datetime) -> datetime.datetime:
    return now + datetime.timedelta(seconds=settings.SUDI.lease_seconds)
