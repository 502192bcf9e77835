from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from newsletter.models import DeliveryState, Issue, IssueStatus, SecondPerson
from newsletter.reports.desk import Content, content_of, desk_of, live_of
from tests.factories import IssueFactory, NewsletterFactory
from tests.newsletter.people import make_person
from tests.newsletter.reports.rows import add, make_campaign

pytestmark = pytest.mark.django_db
S = IssueStatus
NOW = timezone.now()


def issue_at(status: IssueStatus, *, by: User | None = None, **fields: Any) -> Issue:
    issue: Issue = IssueFactory.create(status=status, last_editor=by, submitted_by=by, **fields)
    return issue


def content(user: User) -> Content:
    return content_of(User.objects.get(pk=user.pk))


class TestReview:
    def test_is_mine_where_i_neither_edited_nor_submitted(self) -> None:
        mei, wen = make_person("Editors", "mei"), make_person("Writers", "wen")
        issue = issue_at(S.IN_REVIEW, by=wen, newsletter__second_person=SecondPerson.ALWAYS)
        assert (content(mei).to_review, content(mei).waiting) == ([issue], [])

    def test_waits_for_a_second_person_where_i_did(self) -> None:
        mei = make_person("Editors", "mei")
        issue = issue_at(S.IN_REVIEW, by=mei, newsletter__second_person=SecondPerson.ALWAYS)
        assert (content(mei).to_review, content(mei).waiting) == ([], [issue])

    def test_is_mine_all_the_same_where_nobody_else_is_asked_for(self) -> None:
        mei = make_person("Editors", "mei")
        issue = issue_at(S.IN_REVIEW, by=mei, newsletter__second_person=SecondPerson.NEVER)
        assert content(mei).to_review == [issue]

    def test_by_itself_the_rule_asks_for_a_second_editor_as_soon_as_there_is_one(self) -> None:
        mei = make_person("Editors", "mei")
        issue = issue_at(S.IN_REVIEW, by=mei)
        assert content(mei).to_review == [issue]
        make_person("Editors", "lan")
        assert content(mei).to_review == []

    def test_waits_for_others_where_i_may_not_approve(self) -> None:
        issue, wen = issue_at(S.IN_REVIEW), make_person("Writers")
        assert (content(wen).to_review, content(wen).waiting) == (None, [issue])


class TestOwn:
    def test_is_what_i_edited_or_submitted_and_is_not_in_review(self) -> None:
        wen, lan = make_person("Writers", "wen"), make_person("Writers", "lan")
        asked, draft = issue_at(S.CHANGES_REQUESTED, by=wen), issue_at(S.DRAFT, by=wen)
        issue_at(S.DRAFT, by=lan)
        issue_at(S.IN_REVIEW, by=wen)
        issue_at(S.ARCHIVED, by=wen)
        assert set(content(wen).own) == {asked, draft}


class TestSeen:
    def test_ops_see_what_is_sent_and_no_content(self) -> None:
        desk = desk_of(make_person("Ops"))
        assert desk
        assert desk.content is None

    def test_nothing_is_for_who_may_not_look_at_issues(self) -> None:
        assert desk_of(make_person(None)) is None

    @pytest.mark.parametrize(("role", "numbers"), [("Ops", True), ("Editors", True), ("Writers", False)])
    def test_numbers_are_for_who_may_see_campaigns(self, role: str, numbers: bool) -> None:
        add(make_campaign(), 4)
        add(make_campaign("finished", finished_at=NOW), 4, delivered_at=NOW)
        desk = desk_of(make_person(role))
        assert desk
        (moving,), (sent,) = desk.live.moving, desk.sent
        assert (moving.done, sent.delivered_percent) == ((100, 100.0) if numbers else (None, None))


class TestLive:
    def test_tells_how_much_is_done(self) -> None:
        campaign = make_campaign()
        add(campaign, 3)
        add(campaign, 1, state=DeliveryState.PENDING)
        assert live_of(make_person("Ops")).moving[0].done == 75

    def test_nobody_knows_before_the_freeze(self) -> None:
        make_campaign("preparing")
        assert live_of(make_person("Ops")).moving[0].done is None

    @pytest.mark.parametrize(("status", "every"), [("sending", 2), ("scheduled", 15), ("finished", None)])
    def test_is_asked_for_as_often_as_it_can_change(self, status: str, every: int | None) -> None:
        make_campaign(status)
        assert live_of(make_person("Ops")).every == every

    def test_its_name_changes_with_a_status_or_a_hold(self) -> None:
        campaign, ops = make_campaign("scheduled"), make_person("Ops")
        names = {live_of(ops).seen}
        for fields in ({"reason": "late"}, {"status": "cancelled"}):
            type(campaign).objects.update(**fields)
            names.add(live_of(ops).seen)
        assert len(names) == 3


def test_one_that_was_never_begun_was_not_sent() -> None:
    make_campaign("cancelled", started_at=None)
    part = make_campaign("cancelled", finished_at=NOW)
    desk = desk_of(make_person("Ops"))
    assert desk
    assert [each.campaign for each in desk.sent] == [part]


@pytest.mark.parametrize("count", [2, 12])
def test_their_number_costs_no_queries(count: int, django_assert_num_queries: Any) -> None:
    mei, paper = make_person("Editors", "mei"), NewsletterFactory.create()
    make_person("Editors", "lan")
    for _ in range(count):
        issue_at(S.IN_REVIEW, by=mei, newsletter=paper)
        issue_at(S.DRAFT, by=mei)
        for status in ("sending", "scheduled", "finished"):
            add(make_campaign(status), 2)
    mei = User.objects.get(pk=mei.pk)
    with django_assert_num_queries(18):
        assert desk_of(mei)
