"""A campaign's progress for a terminal: a live bar there, plain lines elsewhere."""

from __future__ import annotations

import datetime
import time

from django.utils import timezone
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from newsletter.delivery import guard
from newsletter.errors import SendingRefused
from newsletter.management.base import progress_console
from newsletter.models import Campaign, CampaignStatus
from newsletter.reports.campaigns import CampaignReport, campaign_report

PATIENCE = datetime.timedelta(seconds=10)
INTERVAL = 0.5
PLAIN_INTERVAL = 5.0
ENDED = {CampaignStatus.FINISHED, CampaignStatus.CANCELLED}


def watch(campaign: Campaign, *, settled: bool) -> CampaignReport:
    """Show progress until the campaign has ended; with ``settled``, until its feedback is in as well.

    Returns the last report. A paused or held campaign ends the watch: a person must act.
    """
    console = progress_console()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[numbers]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(campaign.slug, total=None, numbers="")
        said, told = 0.0, False
        while True:
            campaign.refresh_from_db()
            report = campaign_report(campaign)
            progress.update(task, total=report.recipients, completed=_settled(report), numbers=_numbers(report))
            if not console.is_terminal and time.monotonic() - said >= PLAIN_INTERVAL:
                console.print(f"{report.campaign} {report.status}: {_numbers(report)}", soft_wrap=True)
                said = time.monotonic()
            if not told and _nobody_starts(campaign):
                console.print(_nobody(campaign), soft_wrap=True)
                told = True
            if _over(campaign, report, settled=settled):
                return report
            time.sleep(INTERVAL)


def lines(report: CampaignReport) -> list[str]:
    """The report for people: the two sums, then what became of what was accepted."""
    exclusions = ", ".join(f"{count} {reason}" for reason, count in report.exclusions.items()) or "none"
    excluded = sum(report.exclusions.values())
    return [
        f"{report.campaign}: {report.status}",
        f"candidates {report.candidates} = recipients {report.recipients} + exclusions {excluded} ({exclusions})",
        f"recipients {report.recipients} = pending {report.pending} + submitting {report.submitting} "
        f"+ accepted {report.accepted} + rejected {report.rejected} + in doubt {report.in_doubt} "
        f"+ skipped {report.skipped}",
        f"accepted {report.accepted} = awaiting {report.awaiting} + delivered {report.delivered} "
        f"+ bounced {report.bounced}",
        f"complained {report.complained}, unsubscribed {report.unsubscribed}",
        f"opened {report.opened} ({report.opened_by_people} by people), "
        f"clicked {report.clicked} ({report.clicked_by_people} by people)",
    ]


def _over(campaign: Campaign, report: CampaignReport, *, settled: bool) -> bool:
    if campaign.status == CampaignStatus.PAUSED or (campaign.status == CampaignStatus.SCHEDULED and campaign.reason):
        progress_console().print(f"{campaign.slug} waits for a person: {campaign.reason}", soft_wrap=True)
        return True
    return campaign.status in ENDED and not (settled and (report.awaiting or report.in_doubt))


def _nobody_starts(campaign: Campaign) -> bool:
    due = max(campaign.send_at, campaign.undo_until)
    return campaign.status == CampaignStatus.SCHEDULED and not campaign.reason and timezone.now() - due > PATIENCE


def _nobody(campaign: Campaign) -> str:
    """What to look at when a due campaign isn't taken up; whoever sends may have another environment than this."""
    try:
        guard.check()
        here = ""
    except SendingRefused as refused:
        here = f" The environment of this command says: {refused}"
    return f"{campaign.slug} is due, and no engine takes it up: do beat and the engine's worker run?{here}"


def _settled(report: CampaignReport) -> int:
    return report.accepted + report.rejected + report.skipped


def _numbers(report: CampaignReport) -> str:
    rate = f", {report.rate:.0f}/s" if report.rate else ""
    doubt = f", {report.in_doubt} in doubt" if report.in_doubt else ""
    return (
        f"{report.accepted}/{report.recipients or 0} accepted, {report.delivered} delivered, "
        f"{report.bounced} bounced, {report.rejected} rejected{doubt}{rate}"
    )
