"""A campaign and its numbers, together, as the pages show them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from newsletter.models import Campaign, CampaignStatus
from newsletter.ops import words
from newsletter.ops.bars import Bar, bar_of
from newsletter.reports.campaigns import CampaignReport, campaign_reports

S = CampaignStatus


@dataclasses.dataclass(frozen=True, slots=True)
class Card:
    campaign: Campaign
    report: CampaignReport
    bar: Bar

    @property
    def time_left(self) -> str:
        return words.duration(self.report.eta_seconds)

    @property
    def excluded(self) -> int:
        return sum(self.report.exclusions.values())

    @property
    def finished(self) -> bool:
        return self.campaign.status in {S.FINISHED, S.CANCELLED}

    @property
    def bounce_percent(self) -> float | None:
        """Of accepted; ``None`` where nothing was."""
        return 100 * self.report.bounced / self.report.accepted if self.report.accepted else None

    @property
    def complaint_percent(self) -> float | None:
        """Of accepted; ``None`` where nothing was."""
        return 100 * self.report.complained / self.report.accepted if self.report.accepted else None


def cards(campaigns: Iterable[Campaign]) -> list[Card]:
    """With two queries for all of them."""
    wanted = list(campaigns)
    pairs = zip(wanted, campaign_reports(wanted), strict=True)
    return [Card(campaign, report, bar_of(report)) for campaign, report in pairs]
