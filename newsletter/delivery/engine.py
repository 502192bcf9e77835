"""The tick: one pass that finds due and stalled work and enqueues a bounded window of it.

Web and commands only write rows; nothing else starts work. So a lost broker costs a tick.
"""

from __future__ import annotations

import datetime
import itertools
import logging
import random
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter import workflow
from newsletter.delivery import brakes, campaigns, canary, faults, guard, leases, ledger, quota, rate, snapshot, traces
from newsletter.delivery.gateways import Gateway
from newsletter.errors import SendingRefused
from newsletter.models import Batch, Campaign, CampaignStatus, IssueStatus, LatePolicy, StopCause

logger = logging.getLogger(__name__)
S = CampaignStatus
# Batches under way for each sending thread: it may send two from one tick to the next, and must not run dry.
WINDOW = 4
SAY_AGAIN = 300.0  # seconds
_said: dict[str, float] = {}


def tick(gateway: Gateway, enqueue: Callable[[int], None]) -> int:
    """One pass. ``enqueue`` is given the ids of batches to send. Returns how much was found to do."""
    recovered = leases.recover()
    try:
        guard.check()
    except SendingRefused as refused:
        _say(str(refused))
        return recovered + _settle([campaign for campaign in _moving() if campaign.status == S.SENDING])
    quota.refresh(gateway)
    rate.recover()
    started = sum(_start(campaign) for campaign in _due())
    moving = _moving()
    stopped = sum(look(moving) for look in (quota.check, brakes.check, canary.check))
    sending = [campaign for campaign in moving if campaign.status == S.SENDING]
    return recovered + started + stopped + _enqueue(sending, enqueue) + _settle(sending)


def _say(reason: str) -> None:
    """Why nothing is sent, where something would be; once in a while, not with every tick."""
    if time.monotonic() < _said.get(reason, 0.0):
        return
    if _due() or Batch.objects.filter(done_at=None, campaign__status=S.SENDING).exists():
        logger.warning("nothing is sent: %s", reason)
        _said[reason] = time.monotonic() + SAY_AGAIN


def _moving() -> list[Campaign]:
    """What is sending, or will be again by itself."""
    goes_on = Q(status=S.PAUSED, cause=StopCause.QUOTA)
    return list(Campaign.objects.select_related("issue").filter(goes_on | Q(status=S.SENDING)))


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
        reason = _("%(minutes)d minutes late; resume the campaign to send it anyway, or unschedule it.")
        campaigns.hold(campaign, reason % {"minutes": minutes})
        return 1
    if problems := workflow.sending_problems(campaign.issue):
        campaigns.withhold(campaign, " ".join(problems))
        return 1
    if campaign.status == S.SCHEDULED and not campaigns.move(campaign, (S.SCHEDULED,), S.PREPARING, None, ""):
        return 0  # another pass was quicker, or somebody took it back
    return int(_freeze(campaign))


def _freeze(campaign: Campaign) -> bool:
    with transaction.atomic():
        snapshot.one_moment()
        # Skipped, not waited for: another pass of the engine is freezing it.
        skip = connection.features.has_select_for_update_skip_locked
        preparing = Campaign.objects.select_for_update(skip_locked=skip).filter(pk=campaign.pk, status=S.PREPARING)
        if not preparing.exists():
            return False
        recipients, exclusions = snapshot.take(campaign.pk, campaigns.audience_of(campaign), campaign.canary)
        candidates = recipients + sum(exclusions.values())
        fields: dict[str, Any] = {"recipients": recipients, "candidates": candidates, "exclusions": exclusions}
        if campaign.canary is not None and recipients <= campaign.canary:
            fields["canary_over_at"] = timezone.now()  # nobody is left to wait
        if not campaigns.move(campaign, (S.PREPARING,), S.SENDING, None, "", started_at=timezone.now(), **fields):
            raise AssertionError(f"campaign {campaign.pk} was frozen by somebody else")
        if campaign.issue.status == IssueStatus.SCHEDULED:
            workflow.advance(campaign.issue, "start")
        # Within: whoever finds the campaign frozen finds it analysed, whatever ended this process.
        snapshot.analyze()
        faults.at("freezing")
    faults.at("frozen")
    return True


def _enqueue(campaigns_sending: list[Campaign], enqueue: Callable[[int], None]) -> int:
    if not campaigns_sending:
        return 0
    busy = leases.under_way()
    window = WINDOW * settings.SUDI.worker_threads * settings.SUDI.worker_processes - sum(busy.values())
    if window <= 0:
        return 0
    sending = [campaign.pk for campaign in campaigns_sending]
    # The shares add up to the window. Where it is small, those with the least under way come first, and among equals
    # nobody always does.
    random.shuffle(sending)
    sending.sort(key=lambda campaign_id: busy[campaign_id])
    share, over = divmod(window, len(sending))
    shares = {campaign_id: share + (turn < over) for turn, campaign_id in enumerate(sending)}
    chosen = [leases.to_enqueue(campaign_id, limit) for campaign_id, limit in shares.items() if limit]
    in_turn = [batch_id for row in itertools.zip_longest(*chosen) for batch_id in row if batch_id is not None]
    for batch_id in in_turn:
        enqueue(batch_id)
    return len(in_turn)


def _settle(sending: list[Campaign]) -> int:
    grace = datetime.timedelta(seconds=settings.SUDI.doubt_grace_seconds)
    settled = 0
    for campaign in sending:
        if campaign.batches.filter(done_at=None).exists():
            continue
        open_again = ledger.anything_open(campaign.pk)
        settled += leases.reopen(campaign.pk) if open_again else campaigns.finish(campaign)
    return settled + traces.settle(grace)
