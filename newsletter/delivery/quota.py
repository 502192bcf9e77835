"""Reading SES's quota now and then into the one row that all workers' rate comes from."""

from __future__ import annotations

import datetime
import logging

from django.conf import settings
from django.utils import timezone

from newsletter.delivery import rate
from newsletter.delivery.gateways import CallFailed, Gateway
from newsletter.models import SendRate

logger = logging.getLogger(__name__)


# GetAccount itself may be asked about once a second, and a throttled campaign has many workers.
FRESH = 5.0


def used_up(gateway: Gateway) -> bool:
    """Whether a throttled call met the end of the day's quota, and not of the rate; SES is asked anew."""
    refresh(gateway, older_than=FRESH)
    row = rate.current()
    limited = row.max_24_hour_send is not None and row.max_24_hour_send >= 0
    return limited and (row.sent_last_24_hours or 0) >= (row.max_24_hour_send or 0)


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
        polled_at=now,
        problem="",
    )
    return True
