"""The desk's clock: Wednesday 4 November 2026, in Shanghai, with an issue due at 08:00."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine

from newsletter.models import Issue, IssueStatus, Newsletter
from newsletter.reports.expected import Alarm, Expected, upcoming
from tests.factories import IssueFactory, NewsletterFactory
from tests.newsletter.admin.test_editing import stand
from tests.newsletter.reports.rows import make_campaign

pytestmark = pytest.mark.django_db
S = IssueStatus
WEDNESDAY = datetime.date(2026, 11, 4)


@pytest.fixture
def daily() -> Newsletter:
    newsletter: Newsletter = NewsletterFactory.create(usual_time=datetime.time(8), usual_days="12345")
    return newsletter


def at(clock: str, day: int = 4) -> Any:
    return time_machine.travel(f"2026-11-{day:02}T{clock}+08:00", tick=False)


def only() -> Expected:
    (each,) = upcoming()
    return each


def issue_of(newsletter: Newsletter, status: IssueStatus, date: datetime.date = WEDNESDAY, **fields: Any) -> Issue:
    issue: Issue = IssueFactory.create(newsletter=newsletter, date_start=date, **fields)
    stand(issue, status)
    return issue


class TestWhichDay:
    def test_is_today_before_the_usual_time(self, daily: Newsletter) -> None:
        with at("06:00"):
            assert (only().date, only().issue, only().past) == (WEDNESDAY, None, False)
            assert only().due.isoformat() == "2026-11-04T08:00:00+08:00"

    def test_is_the_next_once_todays_is_sent(self, daily: Newsletter) -> None:
        issue_of(daily, S.SENT)
        with at("06:00"):
            assert only().date == datetime.date(2026, 11, 5)

    def test_is_monday_once_fridays_is_sent(self, daily: Newsletter) -> None:
        issue_of(daily, S.SENT, datetime.date(2026, 11, 6))
        with at("09:00", day=6):
            assert only().date == datetime.date(2026, 11, 9)

    def test_is_of_the_newsletters_zone(self, daily: Newsletter) -> None:
        Newsletter.objects.update(time_zone="America/New_York")
        with at("06:00"):  # Tuesday, 17:00 in New York: its Tuesday's issue is nine hours late
            assert only().date == datetime.date(2026, 11, 3)
            assert only().due.isoformat() == "2026-11-03T08:00:00-05:00"

    def test_a_time_that_the_clocks_skip_is_the_moment_after(self) -> None:
        NewsletterFactory.create(usual_time=datetime.time(2, 30), usual_days="7", time_zone="America/New_York")
        with time_machine.travel("2026-03-07T12:00-05:00", tick=False):
            assert only().due.isoformat() == "2026-03-08T03:00:00-04:00"

    def test_without_a_usual_time_nothing_is_expected(self) -> None:
        NewsletterFactory.create()
        assert upcoming() == []

    def test_the_soonest_comes_first(self, daily: Newsletter) -> None:
        NewsletterFactory.create(name="Early", usual_time=datetime.time(7))
        with at("06:00"):
            assert [each.newsletter.name for each in upcoming()] == ["Early", daily.name]


class TestItsIssue:
    def test_covers_all_days_of_a_range(self, daily: Newsletter) -> None:
        issue = issue_of(daily, S.DRAFT, datetime.date(2026, 11, 2), date_end=datetime.date(2026, 11, 4))
        with at("06:00"):
            assert only().issue == issue

    def test_may_be_dated_otherwise_and_be_sent_on_the_day(self, daily: Newsletter) -> None:
        issue = issue_of(daily, S.DRAFT, datetime.date(2026, 10, 20))
        make_campaign("scheduled", issue=issue, send_at=datetime.datetime(2026, 11, 4, tzinfo=datetime.UTC))
        with at("06:00"):
            assert only().issue == issue

    def test_is_the_furthest_of_several(self, daily: Newsletter) -> None:
        approved = issue_of(daily, S.APPROVED)
        issue_of(daily, S.DRAFT, slug="another")
        with at("06:00"):
            assert only().issue == approved

    @pytest.mark.parametrize("status", [S.ARCHIVED])
    def test_is_none_that_was_put_away(self, status: IssueStatus, daily: Newsletter) -> None:
        issue_of(daily, status)
        with at("06:00"):
            assert only().issue is None

    def test_is_none_of_another_newsletter(self, daily: Newsletter) -> None:
        issue_of(NewsletterFactory.create(), S.DRAFT)
        with at("06:00"):
            assert only().issue is None


class TestAlarm:
    @pytest.mark.parametrize(
        ("clock", "expected"),
        [("07:29", None), ("07:30", Alarm.MISSING), ("08:00", Alarm.MISSING), ("19:59", Alarm.MISSING)],
    )
    def test_rings_from_half_an_hour_before(self, clock: str, expected: Alarm | None, daily: Newsletter) -> None:
        with at(clock):
            assert only().alarm == expected

    def test_is_not_silenced_by_midnight(self, daily: Newsletter) -> None:
        Newsletter.objects.update(usual_time=datetime.time(23, 30))
        with at("00:30", day=5):
            assert (only().date, only().alarm) == (WEDNESDAY, Alarm.MISSING)
        with at("11:31", day=5):
            assert (only().date, only().alarm) == (datetime.date(2026, 11, 5), None)

    @pytest.mark.parametrize("status", [S.DRAFT, S.IN_REVIEW, S.CHANGES_REQUESTED])
    def test_rings_for_what_is_not_approved(self, status: IssueStatus, daily: Newsletter) -> None:
        issue_of(daily, status)
        with at("07:31"):
            assert only().alarm == Alarm.NOT_APPROVED

    def test_rings_for_what_is_approved_only_when_its_time_has_passed(self, daily: Newsletter) -> None:
        issue_of(daily, S.APPROVED)
        with at("07:59"):
            assert only().alarm is None
        with at("08:00"):
            assert only().alarm == Alarm.NOT_SCHEDULED

    def test_never_rings_for_what_is_scheduled(self, daily: Newsletter) -> None:
        issue_of(daily, S.SCHEDULED)
        with at("08:30"):
            assert only().alarm is None


@pytest.mark.parametrize("count", [1, 10])
def test_any_number_of_issues_and_newsletters_takes_three_queries(count: int, django_assert_num_queries: Any) -> None:
    for _ in range(count):
        newsletter = NewsletterFactory.create(usual_time=datetime.time(8))
        make_campaign("scheduled", issue=IssueFactory.create(newsletter=newsletter, date_start=WEDNESDAY))
    with at("06:00"), django_assert_num_queries(3):
        assert len(upcoming()) == count
