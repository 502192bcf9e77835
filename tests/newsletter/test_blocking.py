"""What blocks an issue: at its approval, and again when its campaign is frozen."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter import workflow
from newsletter.errors import Refused
from newsletter.models import Issue, IssueStatus, Newsletter, Rendition, Story
from tests.factories import IssueFactory
from tests.newsletter.desk import Desk

DAY = datetime.date(2025, 3, 9)


def sent_for_the_same_day(issue: Issue) -> Issue:
    return IssueFactory.create(newsletter=issue.newsletter, date_start=DAY, slug="sent-before", sent=True)


class TestApproval:
    def test_is_refused_with_the_number_of_blockers_and_the_first_one(self, desk: Desk) -> None:
        issue = desk.in_review()
        Story.objects.filter(section__issue=issue).update(title="TODO", insight="见{{web_url}}")
        with pytest.raises(Refused) as refused:
            workflow.approve(issue, desk.editor)
        message = str(refused.value)
        assert message.startswith(f"{issue.slug} has ")
        assert "story 1, title: 'TODO' stands in the text" in message
        assert message.endswith("set it in `code`.")
        assert Issue.objects.get(pk=issue.pk).status == IssueStatus.IN_REVIEW
        assert not Rendition.objects.exists()

    def test_is_given_in_spite_of_warnings(self, desk: Desk) -> None:
        issue = desk.in_review()
        Story.objects.filter(section__issue=issue).update(insight="见[此](http://a.example/x)")
        workflow.approve(issue, desk.editor)

    def test_is_refused_where_no_mail_can_be_made(self, desk: Desk) -> None:
        issue = desk.in_review()
        Newsletter.objects.update(theme={"accent": "red"})
        with pytest.raises(Refused, match=r"1 finding that blocks.*theme"):
            workflow.approve(issue, desk.editor)


class TestSending:
    def test_of_what_was_approved_goes_on(self, desk: Desk) -> None:
        assert workflow.sending_problems(desk.approved()) == []

    def test_without_an_approval_does_not(self, desk: Desk) -> None:
        issue = desk.in_review()
        assert workflow.sending_problems(issue) == workflow.approval_problems(issue) != []

    def test_stops_when_another_issue_took_its_day(self, desk: Desk) -> None:
        issue = desk.approved()
        sent_for_the_same_day(issue)
        (problem,) = workflow.sending_problems(issue)
        assert "sent-before was sent for the same date" in problem
        assert workflow.approval_problems(issue) == []

    def test_asks_for_every_batch_only_what_is_cheap(self, desk: Desk) -> None:
        issue = desk.approved()
        with CaptureQueriesContext(connection) as cheap:
            workflow.approval_problems(issue)
        with CaptureQueriesContext(connection) as whole:
            workflow.sending_problems(issue)
        assert len(cheap) < len(whole)
