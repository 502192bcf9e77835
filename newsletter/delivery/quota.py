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


def refresh(gateway: Gateway) -> bool:
    """Ask SES when the last answer is old. Where it fails, the last known quota stays. ``False``: not asked."""
    row, now = rate.current(), timezone.now()
    if row.polled_at and now - row.polled_at < datetime.timedelta(seconds=settings.SUDI.quota_seconds):
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
