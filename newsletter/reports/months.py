"""A month of issues, day by day: what is or was sent, and what is expected and isn't there."""

from __future__ import annotations

import calendar
import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db.models import Min
from django.utils import timezone

from newsletter.models import Issue
from newsletter.reports import expected, lines
from newsletter.reports.expected import Expected

WEEKS = calendar.Calendar(calendar.MONDAY)


@dataclasses.dataclass(frozen=True, slots=True)
class Day:
    """``gaps``: what is expected and there is no issue of."""

    date: datetime.date
    within: bool  # the month; its first and last week have days of its neighbours
    today: bool
    issues: list[Issue]
    gaps: list[Expected]


def month_of(first: datetime.date) -> list[list[Day]]:
    """The weeks, from Monday, of the month that begins with ``first``. Five queries.

    An issue stands on the day on which it is sent, in its newsletter's zone; on its own date where no time is set.
    """
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    known = lines.between(first, last)
    issues, gaps, today = _by_day(known), _gaps(first, last, known), timezone.localdate()
    return [
        [Day(date, first <= date <= last, date == today, issues[date], gaps[date]) for date in week]
        for week in WEEKS.monthdatescalendar(first.year, first.month)
    ]


def _by_day(issues: Iterable[Issue]) -> defaultdict[datetime.date, list[Issue]]:
    found: defaultdict[datetime.date, list[Issue]] = defaultdict(list)
    for issue in sorted(issues, key=_when):
        found[lines.send_day(issue) or issue.date_start].append(issue)
    return found


def _when(issue: Issue) -> tuple[bool, float]:
    """By the clock; what has no time yet comes last."""
    campaign = lines.campaign_of(issue)
    return (campaign is None, campaign.send_at.timestamp() if campaign else 0)


def _gaps(
    first: datetime.date, last: datetime.date, issues: Iterable[Issue]
) -> defaultdict[datetime.date, list[Expected]]:
    found: defaultdict[datetime.date, list[Expected]] = defaultdict(list)
    for each in _missing(first, last, issues):
        found[each.date].append(each)
    return found


def _missing(first: datetime.date, last: datetime.date, issues: Iterable[Issue]) -> Iterator[Expected]:
    """Nothing is missing from the days before a newsletter's first issue."""
    oldest = dict(Issue.objects.order_by().values_list("newsletter").annotate(Min("date_start")))
    for each in expected.within(first, last, issues):
        began = min(oldest.get(each.newsletter.pk, timezone.localdate()), timezone.localdate())
        if each.issue is None and each.date >= began:
            yield each
