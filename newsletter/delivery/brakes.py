"""The automatic brakes: too many hard bounces or complaints pause a campaign, and the reason names the numbers."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.delivery import campaigns
from newsletter.delivery.results import COMPLAINED, HARD, Results, accepted_about, bad_results, results, worst_domains
from newsletter.models import Campaign, CampaignStatus, StopCause

BOUNCED = gettext_lazy("%(count)d of %(accepted)d accepted mails bounced hard (%(share)s %%), most at %(domains)s.")
COMPLAINTS = gettext_lazy("%(count)d of %(accepted)d accepted mails complained (%(share)s %%), most at %(domains)s.")


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """A share of the accepted mails that is too much; ``bounces``, ``complaints``: but never fewer than so many."""

    accepted: int
    bounces: int
    bounce_share: float
    complaints: int
    complaint_share: float

    def bounced(self, found: Results) -> bool:
        return found.hard_bounces >= max(self.bounces, self.bounce_share * found.accepted)

    def complained(self, found: Results) -> bool:
        return found.complaints >= max(self.complaints, self.complaint_share * found.accepted)

    def exceeded(self, found: Results) -> bool:
        return self.bounced(found) or self.complained(found)


def usual() -> Limits:
    """As configured."""
    sudi = settings.SUDI
    return Limits(
        accepted=sudi.brake_accepted,
        bounces=sudi.brake_bounces,
        bounce_share=sudi.brake_bounce_share,
        complaints=sudi.brake_complaints,
        complaint_share=sudi.brake_complaint_share,
    )


def check(moving: Sequence[Campaign]) -> int:
    """Pause those of the campaigns that are sending whose results are too bad. Returns how many."""
    sending = [campaign for campaign in moving if campaign.status == CampaignStatus.SENDING]
    if not sending:
        return 0
    bad = bad_results(campaign.pk for campaign in sending)
    return sum(_check(campaign, bad[campaign.pk]) for campaign in sending if campaign.pk in bad)


def judge(campaign: Campaign, found: Results, limits: Limits) -> str | None:
    """Why the campaign must not go on with these results, or ``None``."""
    if found.accepted < limits.accepted:
        return None
    parts = []
    if limits.bounced(found):
        parts.append(_words(campaign, str(BOUNCED), found.hard_bounces, found.accepted, HARD))
    if limits.complained(found):
        parts.append(_words(campaign, str(COMPLAINTS), found.complaints, found.accepted, COMPLAINED))
    advice = _("Find out why before you resume. After a resume the brakes count only what comes on top.")
    return " ".join([*parts, advice]) if parts else None


def _check(campaign: Campaign, bad: Results) -> bool:
    limits, before = usual(), campaign.overridden
    if not limits.exceeded(bad.since(before)):
        return False  # too few, of however many
    about = dataclasses.replace(bad, accepted=accepted_about(campaign.pk))
    # Too few are known to be accepted, if anything: what isn't too much of them isn't too much of all.
    if not limits.exceeded(about.since(before)):
        return False
    reason = judge(campaign, results(campaign.pk).since(before), limits)
    return reason is not None and campaigns.pause(campaign, None, reason, cause=StopCause.BRAKES)


def _words(campaign: Campaign, what: str, count: int, accepted: int, which: Q) -> str:
    domains = ", ".join(f"{domain} ({of_it})" for domain, of_it in worst_domains(campaign.pk, which))
    return what % {"count": count, "accepted": accepted, "share": f"{100 * count / accepted:.2f}", "domains": domains}
