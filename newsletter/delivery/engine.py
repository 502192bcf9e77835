"""The tick: one pass that finds due and stalled work and enqueues a bounded window of it.

Web and commands only write rows; nothing else starts work. So a lost broker costs a tick.
"""

from __future__ import annotations

import datetime
import itertools
import logging
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from newsletter import workflow
from newsletter.delivery import campaigns, guard, leases, ledger, quota, rate, snapshot
from newsletter.delivery.gateways import Gateway
from newsletter.errors import SendingRefused
from newsletter.models import Campaign, CampaignStatus, IssueStatus, LatePolicy

logger = logging.getLogger(__name__)
S = CampaignStatus


def tick(gateway: Gateway, enqueue: Callable[[int], None]) -> int:
    """One pass. ``enqueue`` is given the ids of batches to send. Returns how much was found to do."""
    recovered = leases.recover()
    try:
        guard.check()
    except SendingRefused as refused:
        logger.warning("nothing is sent: %s", refused)
        return recovered + _settle()
    quota.refresh(gateway)
    rate.recover()
    started = sum(_start(campaign) for campaign in _due())
    return recovered + started + _enqueue(enqueue) + _settle()


def _due() -> list[Campaign]:
    now = timezone.now()
    waiting = Campaign.objects.select_related("issue__newsletter", "rendition").filter(reason="")
    scheduled = waiting.filter(status=S.SCHEDULED, send_at__lte=now, undo_until__lte=now)
    # Preparing outlives a tick only when its owner was killed; the freeze is one transaction, so nothing is half.
    return [*scheduled, *waiting.filter(status=S.PREPARING)]


def _start(campaign: Campaign) -> int:
    late = timezone.now() - max(campaign.send_at, campaign.undo_until)
    if campaign.late_policy == LatePolicy.HOLD and late > datetime.timedelta(minutes=campaign.late_minutes):
        minutes = int(late.total_seconds() // 60)
        campaigns.hold(campaign, f"{minutes} minutes late; resume the campaign to send it anyway, or unschedule it.")
        return 1
    if problems := workflow.approval_problems(campaign.issue):
        campaigns.withhold(campaign, " ".join(problems))
        return 1
    if campaign.status == S.SCHEDULED:
        campaigns.move(campaign, (S.SCHEDULED,), S.PREPARING, None, "")
    return int(_freeze(campaign))


def _freeze(campaign: Campaign) -> bool:
    with transaction.atomic():
        snapshot.one_moment()
        locked = Campaign.objects.select_for_update().filter(pk=campaign.pk, status=S.PREPARING).exists()
        if not locked:
            return False
        recipients, exclusions = snapshot.take(campaign.pk, campaigns.audience_of(campaign))
        candidates = recipients + sum(exclusions.values())
        fields = {"recipients": recipients, "candidates": candidates, "exclusions": exclusions}
        campaigns.move(campaign, (S.PREPARING,), S.SENDING, None, "", started_at=timezone.now(), **fields)
        if campaign.issue.status == IssueStatus.SCHEDULED:
            workflow.advance(campaign.issue, "start")
    snapshot.analyze()
    return True


def _enqueue(enqueue: Callable[[int], None]) -> int:
    window = 2 * settings.SUDI.worker_threads * settings.SUDI.worker_processes - leases.under_way()
    sending = list(Campaign.objects.filter(status=S.SENDING).order_by("pk").values_list("pk", flat=True))
    if window <= 0 or not sending:
        return 0
    chosen = [leases.to_enqueue(campaign_id, max(1, window // len(sending))) for campaign_id in sending]
    in_turn = [batch_id for row in itertools.zip_longest(*chosen) for batch_id in row if batch_id is not None]
    for batch_id in in_turn:
        enqueue(batch_id)
    return len(in_turn)


def _settle() -> int:
    grace = datetime.timedelta(seconds=settings.SUDI.doubt_grace_seconds)
    settled = 0
    for campaign in Campaign.objects.select_related("issue").filter(status=S.SENDING):
        if not campaign.batches.filter(done_at=None).exists() and not ledger.anything_open(campaign.pk):
            settled += campaigns.finish(campaign)
    for campaign_id in Campaign.objects.filter(status__in=(S.SENDING, S.PAUSED, S.FINISHED)).values_list(
        "pk", flat=True
    ):
        settled += ledger.settle_without_trace(campaign_id, grace)
    return settled
