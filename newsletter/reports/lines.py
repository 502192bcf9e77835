"""Issues as lists show them: a line each, with its campaign at hand and without its content."""

from __future__ import annotations

import datetime

from django.db.models import Prefetch, Q, QuerySet

from newsletter import local_time
from newsletter.models import Campaign, CampaignStatus, Issue

# What makes an issue's row heavy and no line shows.
BULKY = (
    *("source_text", "front_matter", "cover", "highlights", "other_links", "editor_insight", "reading"),
    *("keywords", "colophon", "notation", "description", "summary", "findings", "tags", "withdrawal_note"),
)
# Neither taken back before it began.
COUNTS = ~Q(status=CampaignStatus.CANCELLED) | Q(started_at__isnull=False)


def lines(issues: QuerySet[Issue]) -> QuerySet[Issue]:
    """These issues with their newsletters and campaigns: two queries, whatever their number."""
    return issues.select_related("newsletter").defer(*BULKY).prefetch_related(their_campaigns())


def of_issue() -> list[str]:
    """The same columns for ``defer`` on rows that have their issue selected."""
    return [f"issue__{name}" for name in BULKY]


def their_campaigns() -> Prefetch[str]:
    """What ``campaign_of`` asks for."""
    columns = ("issue_id", "status", "send_at", "reason")
    return Prefetch("campaigns", Campaign.objects.filter(COUNTS).order_by("-pk").only(*columns))


def campaign_of(issue: Issue) -> Campaign | None:
    """The sending of an issue that ``lines`` gave: the one to come, or the last that began."""
    return next(iter(issue.campaigns.all()), None)


def send_day(issue: Issue) -> datetime.date | None:
    """The day in the newsletter's zone on which the issue is sent, or was; ``None`` where no time is set."""
    campaign = campaign_of(issue)
    zone = local_time.zone_of(issue.newsletter.time_zone)
    return campaign.send_at.astimezone(zone).date() if campaign else None


def between(first: datetime.date, last: datetime.date) -> list[Issue]:
    """Lines of the issues that are dated within these days, or sent within them wherever their newsletter is."""
    day = datetime.timedelta(days=1)
    start, end = (datetime.datetime.combine(each, datetime.time(), datetime.UTC) for each in (first - day, last + day))
    sent = Campaign.objects.filter(COUNTS, send_at__gte=start, send_at__lt=end + day).values("issue")
    ends_later = Q(date_start__gte=first) | Q(date_end__gte=first)
    found = Issue.objects.filter(ends_later & Q(date_start__lte=last) | Q(pk__in=sent))
    return list(lines(found).order_by("date_start", "pk"))
