from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from newsletter.models import Issue, Newsletter
from newsletter.reports.months import Day, month_of
from tests.factories import IssueFactory, NewsletterFactory
from tests.newsletter.reports.rows import make_campaign

pytestmark = pytest.mark.django_db
NOVEMBER = datetime.date(2026, 11, 1)


def days() -> dict[str, Day]:
    return {day.date.isoformat(): day for week in month_of(NOVEMBER) for day in week}


def where(issue: Issue) -> list[str]:
    return [name for name, day in days().items() if issue in day.issues]


def gaps(newsletter: Newsletter) -> list[int]:
    return [day.date.day for day in days().values() for gap in day.gaps if gap.newsletter == newsletter]


def test_begins_on_a_monday_and_has_whole_weeks() -> None:
    weeks = month_of(NOVEMBER)
    assert [week[0].date.isoweekday() for week in weeks] == [1] * 6
    assert {len(week) for week in weeks} == {7}
    assert sum(day.within for week in weeks for day in week) == 30


@pytest.mark.parametrize("first", [datetime.date(2024, 2, 1), datetime.date(2026, 2, 1), datetime.date(2199, 12, 1)])
def test_any_month_has_its_days(first: datetime.date) -> None:
    within = [day.date for week in month_of(first) for day in week if day.within]
    assert within[0] == first
    assert (within[-1] + datetime.timedelta(days=1)).day == 1


class TestAnIssue:
    def test_stands_on_its_date(self) -> None:
        assert where(IssueFactory.create(date_start=datetime.date(2026, 11, 12))) == ["2026-11-12"]

    def test_stands_on_the_day_it_is_sent_in_its_newsletters_zone(self) -> None:
        issue = IssueFactory.create(date_start=datetime.date(2026, 11, 12), newsletter__time_zone="America/Los_Angeles")
        make_campaign("scheduled", issue=issue, send_at=datetime.datetime(2026, 11, 15, 3, tzinfo=datetime.UTC))
        assert where(issue) == ["2026-11-14"]

    def test_is_in_the_month_it_is_sent_though_dated_in_another(self) -> None:
        issue = IssueFactory.create(date_start=datetime.date(2026, 9, 30))
        make_campaign("scheduled", issue=issue, send_at=datetime.datetime(2026, 11, 30, 15, tzinfo=datetime.UTC))
        assert where(issue) == ["2026-11-30"]

    def test_goes_back_to_its_date_when_it_is_unscheduled(self) -> None:
        issue = IssueFactory.create(date_start=datetime.date(2026, 11, 12))
        at = datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC)
        make_campaign("cancelled", issue=issue, send_at=at, started_at=None)
        assert where(issue) == ["2026-11-12"]

    def test_of_another_month_is_not_there(self) -> None:
        assert where(IssueFactory.create(date_start=datetime.date(2026, 12, 1))) == []


@pytest.fixture
def wednesday() -> Iterator[None]:
    with time_machine.travel("2026-11-18T06:00+08:00", tick=False):
        yield


@pytest.mark.usefixtures("wednesday")
class TestAGap:
    def test_is_every_usual_day_without_an_issue_since_the_first_one(self) -> None:
        newsletter = NewsletterFactory.create(usual_time=datetime.time(8), usual_days="13")
        for day in (9, 16):
            IssueFactory.create(newsletter=newsletter, date_start=datetime.date(2026, 11, day))
        assert gaps(newsletter) == [11, 18, 23, 25, 30]

    def test_is_none_before_a_newsletter_began(self) -> None:
        assert gaps(NewsletterFactory.create(usual_time=datetime.time(8), usual_days="3")) == [18, 25]

    def test_is_past_or_to_come(self) -> None:
        newsletter = NewsletterFactory.create(usual_time=datetime.time(8), usual_days="23")
        IssueFactory.create(newsletter=newsletter, date_start=datetime.date(2026, 11, 11))
        found = [(gap.date.day, gap.past) for day in days().values() for gap in day.gaps]
        assert found == [(17, True), (18, False), (24, False), (25, False)]


@pytest.mark.parametrize("count", [1, 8])
def test_any_number_of_issues_takes_four_queries(count: int, django_assert_num_queries: Any) -> None:
    NewsletterFactory.create(usual_time=datetime.time(8))
    for day in range(1, count + 1):
        make_campaign("scheduled", issue=IssueFactory.create(date_start=datetime.date(2026, 11, day)))
    with django_assert_num_queries(4):
        month_of(NOVEMBER)
