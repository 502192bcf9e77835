"""The SES account as last seen, and the rate that all campaigns share."""

from __future__ import annotations

import dataclasses
import datetime

from django.conf import settings

from newsletter.delivery.rate import SHARE
from newsletter.models import SendRate


@dataclasses.dataclass(frozen=True, slots=True)
class AccountReport:
    """``max_send_rate`` and ``allowed`` are recipients a second, the others recipients a day; ``None``: not known.

    ``allowed`` is what the bucket lets through now. ``unlimited``: SES sets no daily quota.
    """

    max_send_rate: float | None
    allowed: float
    slowdown: float
    daily_quota: float | None
    unlimited: bool
    sent_last_24_hours: float | None
    sending_enabled: bool
    polled_at: datetime.datetime | None
    problem: str

    @property
    def slowdown_percent(self) -> float:
        return 100 * self.slowdown

    @property
    def quota_known(self) -> bool:
        return self.max_send_rate is not None


def account_report() -> AccountReport:
    """One query, which never makes the row."""
    row = SendRate.objects.filter(pk=1).first() or SendRate()
    unlimited = row.max_24_hour_send is not None and row.max_24_hour_send < 0
    return AccountReport(
        max_send_rate=row.max_send_rate,
        allowed=SHARE * (row.max_send_rate or settings.SUDI.max_send_rate) * row.slowdown,
        slowdown=row.slowdown,
        daily_quota=None if unlimited else row.max_24_hour_send,
        unlimited=unlimited,
        sent_last_24_hours=row.sent_last_24_hours,
        sending_enabled=row.sending_enabled,
        polled_at=row.polled_at,
        problem=row.problem,
    )
