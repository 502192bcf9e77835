"""What sending an issue now would mean: who would get it, who not and why, and how long it would take."""

from __future__ import annotations

import dataclasses
import datetime

from django.db.models import Count

from newsletter.models import Newsletter
from newsletter.reports.account import AccountReport, account_report
from subscribers.audience import Audience, candidates


@dataclasses.dataclass(frozen=True, slots=True)
class Forecast:
    """``candidates = recipients + exclusions``, as at a freeze; ``account`` is SES's, as last seen."""

    candidates: int
    recipients: int
    exclusions: dict[str, int]
    account: AccountReport

    @property
    def duration(self) -> datetime.timedelta:
        """At the rate that all campaigns share now; SES's answers to the last mails may take longer."""
        return datetime.timedelta(seconds=self.recipients / self.account.allowed)

    @property
    def beyond_quota(self) -> int:
        """How many of the recipients SES's daily quota, as used up to now, has no room for."""
        if self.account.daily_quota is None:
            return 0
        left = max(0, int(self.account.daily_quota - (self.account.sent_last_24_hours or 0)))
        return max(0, self.recipients - left)


def forecast(newsletter: Newsletter) -> Forecast:
    """Two queries, whatever the number of readers."""
    people = candidates(Audience(newsletter.mailing_list_id)).order_by()
    counted = dict(people.values_list("exclusion").annotate(people=Count("pk")))
    recipients = counted.pop(None, 0)
    total = recipients + sum(counted.values())
    return Forecast(total, recipients, {str(name): count for name, count in counted.items()}, account_report())
