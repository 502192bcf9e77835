"""Reading SES's quota now and then into the one row that all workers' rate comes from, and heeding it: a campaign waits
for the day's window by itself, and for a person where SES allows no sending at all."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.delivery import campaigns, rate
from newsletter.delivery.gateways import CallFailed, Gateway
from newsletter.models import Campaign, CampaignStatus, SendRate, StopCause

logger = logging.getLogger(__name__)


# GetAccount itself may be asked about once a second, and a throttled campaign has many workers.
FRESH = 5.0
DAY = datetime.timedelta(days=1)
# The window frees as slowly as it was filled: a share of the quota is waited for, not a pause and a resume a minute.
ENOUGH = 0.05
NOT_ENABLED = gettext_lazy(
    "SES allows this account no sending. Look for the cause in the SES console and answer AWS's case; "
    "when SES allows it again, resume the campaign."
)


def used_up(gateway: Gateway) -> bool:
    """Whether a throttled call met the end of the day's quota, and not of the rate; SES is asked anew."""
    refresh(gateway, older_than=FRESH)
    return rate.room() <= 0


def pause(campaign: Campaign) -> bool:
    """Pause the campaign until the day's window frees. ``False``: it wasn't sending."""
    row, latest = rate.current(), timezone.now() + DAY
    limit = row.max_24_hour_send or 0
    said = {
        "sent": f"{(row.sent_last_24_hours or 0) + row.taken:,.0f}",
        "limit": f"{limit:,.0f}",
        "kept": f"{limit * settings.SUDI.quota_reserve:,.0f}",
        "day": f"{latest:%Y-%m-%d}",
        "time": f"{latest:%H:%M}",
    }
    reason = _(
        "SES's daily quota is used up: %(sent)s of %(limit)s mails were sent within 24 hours, and %(kept)s are kept "
        "for confirmations. Sending goes on by itself as the window frees, at the latest on %(day)s at %(time)s UTC."
    )
    return campaigns.pause(campaign, None, reason % said, cause=StopCause.QUOTA)


def check(moving: Sequence[Campaign]) -> int:
    """Pause what is sent where SES allows no sending, and let go on what waits for the day's window, once that has
    room for more than a moment. Returns how many campaigns moved."""
    if not moving:
        return 0
    row = rate.current()
    if not row.sending_enabled:
        return sum(campaigns.pause(each, None, str(NOT_ENABLED), cause=StopCause.ACCOUNT) for each in moving)
    waiting = [campaign for campaign in moving if campaign.status == CampaignStatus.PAUSED]
    if not waiting or rate.room(row) < max(rate.chunk_size(), ENOUGH * (row.max_24_hour_send or 0)):
        return 0
    return sum(campaigns.go_on(each, _("the daily quota has room again")) for each in waiting)


def refresh(gateway: Gateway, *, older_than: float | None = None) -> bool:
    """Ask SES when the last answer is old. Where it fails, the last known quota stays. ``False``: not asked."""
    row, now = rate.current(), timezone.now()
    seconds = settings.SUDI.quota_seconds if older_than is None else min(older_than, settings.SUDI.quota_seconds)
    if row.polled_at and now - row.polled_at < datetime.timedelta(seconds=seconds):
        return False
    try:
        quota = gateway.quota()
    except CallFailed as failed:
        logger.warning("the SES quota is unknown: %s", failed)
        SendRate.objects.filter(pk=1).update(polled_at=now, problem=str(failed))
        return True
    SendRate.objects.filter(pk=1).update(
        max_send_rate=quota.max_send_rate,
        max_24_hour_send=quota.max_24_hour_send,
        sent_last_24_hours=quota.sent_last_24_hours,
        sending_enabled=quota.sending_enabled,
        taken=0,
        polled_at=now,
        problem="",
    )
    return True
