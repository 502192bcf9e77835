"""The issues that readers will wait for: on each newsletter's usual days, at its usual time."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Iterator
from enum import StrEnum

from django.utils import timezone

from newsletter import local_time
from newsletter.models import Issue, IssueStatus, Newsletter
from newsletter.reports import lines

S = IssueStatus
WARNING = datetime.timedelta(minutes=30)
OVERDUE = datetime.timedelta(hours=12)  # as long as an issue that wasn't sent hides the next day's
DAY = datetime.timedelta(days=1)
AHEAD = 8 * DAY  # any usual day comes within a week
UNDER_WAY = (S.SENT, S.SENDING, S.SCHEDULED)
# Of several issues for a day, the one that is furthest.
FURTHEST = (*UNDER_WAY, S.APPROVED, S.IN_REVIEW, S.CHANGES_REQUESTED, S.DRAFT)


class Alarm(StrEnum):
    """Why somebody should look now, from half an hour before the usual time."""

    MISSING = "missing"
    NOT_APPROVED = "not_approved"
    NOT_SCHEDULED = "not_scheduled"


@dataclasses.dataclass(frozen=True, slots=True)
class Expected:
    """``due`` is in the newsletter's zone; ``issue`` is ``None`` where there is none for the day yet."""

    newsletter: Newsletter
    date: datetime.date
    due: datetime.datetime
    issue: Issue | None

    @property
    def past(self) -> bool:
        return timezone.now() >= self.due.astimezone(datetime.UTC)

    @property
    def alarm(self) -> Alarm | None:
        if timezone.now() < self.due.astimezone(datetime.UTC) - WARNING:
            return None
        if self.issue is None:
            return Alarm.MISSING
        if self.issue.status == S.APPROVED:
            return Alarm.NOT_SCHEDULED if self.past else None
        return None if self.issue.status in UNDER_WAY else Alarm.NOT_APPROVED


def within(first: datetime.date, last: datetime.date, issues: Iterable[Issue]) -> Iterator[Expected]:
    """What is expected on these days, and which of the issues (lines) is it, newsletter by newsletter: one query."""
    by_day = _by_day(issues)
    for newsletter in Newsletter.objects.filter(usual_time__isnull=False):
        for number in range((last - first).days + 1):
            date = first + number * DAY
            if str(date.isoweekday()) in newsletter.usual_days:
                yield Expected(newsletter, date, _due(newsletter, date), by_day.get((newsletter.pk, date)))


def upcoming() -> list[Expected]:
    """The next issue that each newsletter with a usual time hasn't begun to send; three queries.

    One whose time has passed stays for half a day, whatever the date: midnight ends nobody's alarm.
    """
    today = timezone.now().date()
    first, last = today - 2 * DAY, today + AHEAD
    found: dict[int, Expected] = {}
    for each in within(first, last, lines.between(first, last)):
        if not _settled(each):
            found.setdefault(each.newsletter.pk, each)
    return sorted(found.values(), key=lambda each: each.due.astimezone(datetime.UTC))


def _settled(expected: Expected) -> bool:
    sent = expected.issue is not None and expected.issue.status in {S.SENT, S.SENDING}
    return sent or timezone.now() > expected.due.astimezone(datetime.UTC) + OVERDUE


def _due(newsletter: Newsletter, date: datetime.date) -> datetime.datetime:
    assert newsletter.usual_time is not None  # noqa: S101 - the query asked for it
    zone = local_time.zone_of(newsletter.time_zone)
    local = datetime.datetime.combine(date, newsletter.usual_time)
    return (local_time.moments(local, zone) or local_time.neighbours(local, zone)[1:])[0]


def _by_day(issues: Iterable[Issue]) -> dict[tuple[int, datetime.date], Issue]:
    """By newsletter and day: an issue is that of its own dates and of the day on which it is sent."""
    known = [issue for issue in issues if issue.status in FURTHEST]
    known.sort(key=lambda issue: FURTHEST.index(IssueStatus(issue.status)), reverse=True)
    return {(issue.newsletter_id, date): issue for issue in known for date in _days(issue)}


def _days(issue: Issue) -> Iterator[datetime.date]:
    last = issue.date_end or issue.date_start
    yield from (issue.date_start + number * DAY for number in range((last - issue.date_start).days + 1))
    if day := lines.send_day(issue):
        yield day
