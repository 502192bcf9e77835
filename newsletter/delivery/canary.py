"""The canary: a few recipients from all over the list come first, and the others only if those were well."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Sequence

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter.delivery import brakes, campaigns
from newsletter.delivery.results import results
from newsletter.errors import Refused
from newsletter.models import Campaign, CampaignStatus, Delivery, DeliveryState, StopCause

TOLD = Q(delivered_at__isnull=False) | Q(bounced_at__isnull=False)


def check(moving: Sequence[Campaign]) -> int:
    """Start the wait of a canary that is sent, and judge one that has waited. Returns for how many it did."""
    sending = [campaign for campaign in moving if campaign.status == CampaignStatus.SENDING]
    return sum(_check(campaign) for campaign in sending if campaign.awaits_canary)


def _check(campaign: Campaign) -> bool:
    if campaign.canary_until is None:
        still_open = campaign.batches.filter(canary=True, done_at=None).exists()
        return not still_open and campaigns.start_waiting(campaign)
    if timezone.now() < campaign.canary_until:
        return False
    if problem := _problem(campaign):
        reason = _("The canary: %(problem)s") % {"problem": problem}
        return campaigns.pause(campaign, None, reason, cause=StopCause.BRAKES)
    with contextlib.suppress(Refused):  # somebody was quicker
        campaigns.release(campaign, None, _("the canary is well"))
    return True


def _problem(campaign: Campaign) -> str | None:
    found = results(campaign.pk)
    if not found.accepted:
        return _("SES accepted none of its mails. Find out why before you resume.")
    # Of a few, less is enough to tell: of 50, three bounces are 6 %, and one complaint may be a slip of the finger.
    limits = dataclasses.replace(brakes.usual(), accepted=1, bounces=3, complaints=2)
    if reason := brakes.judge(campaign, found.since(campaign.overridden), limits):
        return reason
    told = Delivery.objects.filter(TOLD, campaign_id=campaign.pk, state=DeliveryState.ACCEPTED)
    if not told.exists():
        problem = _("SES has told nothing of its %(count)d mails. See that its events arrive before you resume.")
        return problem % {"count": found.accepted}
    return None
