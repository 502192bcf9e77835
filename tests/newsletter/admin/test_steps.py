from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from newsletter.delivery import campaigns
from newsletter.models import Issue, IssueStatus, Newsletter, SecondPerson
from tests.newsletter.admin.issues import make_issue
from tests.newsletter.admin.test_editing import stand
from tests.newsletter.people import make_person, signed_in

pytestmark = pytest.mark.django_db
S = IssueStatus


def page_of(issue: Issue) -> str:
    return reverse("admin:newsletter_issue_review", args=[issue.pk])


def offered(client: Client, issue: Issue) -> set[str]:
    return set(re.findall(rf"/issue/{issue.pk}/step/([\w-]+)/", client.get(page_of(issue)).content.decode()))


def step(issue: Issue, name: str) -> str:
    return reverse("admin:newsletter_issue_step", args=[issue.pk, name])


def take(client: Client, issue: Issue, name: str, note: str = "", **fields: Any) -> Any:
    posted = {"note": note, "version": issue.version, **fields}
    response = client.post(step(issue, name), posted, follow=True)
    issue.refresh_from_db()
    return response


MATRIX = [
    (S.DRAFT, "Writers", {"submit"}),
    (S.DRAFT, "Editors", {"submit", "archive"}),
    (S.CHANGES_REQUESTED, "Writers", {"submit"}),
    (S.IN_REVIEW, "Writers", set()),
    (S.IN_REVIEW, "Editors", {"approve", "request-changes", "archive"}),
    (S.APPROVED, "Editors", {"archive"}),
    (S.SENDING, "Editors", set()),
    (S.SENT, "Editors", set()),
    (S.ARCHIVED, "Editors", set()),
    *((status, "Ops", set()) for status in S),
]


class TestOffered:
    @pytest.mark.parametrize(("status", "role", "expected"), MATRIX)
    def test_is_what_the_role_may_do_in_this_status(self, status: IssueStatus, role: str, expected: set[str]) -> None:
        issue = make_issue()
        stand(issue, status)
        assert offered(signed_in(make_person(role)), issue) == expected

    @pytest.mark.parametrize(("status", "role", "expected"), MATRIX)
    def test_and_all_else_refuses_when_it_is_posted(self, status: IssueStatus, role: str, expected: set[str]) -> None:
        issue, client = make_issue(), signed_in(make_person(role))
        stand(issue, status)
        for name in sorted({"submit", "approve", "request-changes", "archive", "unschedule"} - expected):
            response = take(client, issue, name, note="please")
            assert response.status_code == 403, name
            assert issue.status == status
            refusal = issue.transitions.get()
            assert (refusal.action, refusal.refused, refusal.to_status) == (name, True, status)
            assert refusal.note
            issue.transitions.all().delete()

    def test_approval_waits_for_a_second_person_and_says_so(self) -> None:
        issue, user = make_issue(newsletter__second_person=SecondPerson.ALWAYS), make_person("Editors", "mei")
        stand(issue, S.IN_REVIEW)
        Issue.objects.update(last_editor=user)
        client = signed_in(user)
        assert "approve" not in offered(client, issue)
        assert "a second person must approve it" in client.get(page_of(issue)).content.decode()
        assert "approve" in offered(signed_in(make_person("Editors")), issue)

    def test_approval_waits_for_what_blocks_to_be_mended(self) -> None:
        issue = make_issue(findings=[{"code": "x", "severity": "error", "message": "No date", "line": 3}])
        stand(issue, S.IN_REVIEW)
        client = signed_in(make_person("Editors"))
        assert "approve" not in offered(client, issue)
        page = client.get(page_of(issue)).content.decode()
        assert "mend it first" in page
        assert "No date" in page

    def test_an_approval_that_went_stale_says_so_and_can_be_given_again(self) -> None:
        issue, client = make_issue(), signed_in(make_person("Editors"))
        stand(issue, S.APPROVED)
        assert "nothing has changed since" in client.get(page_of(issue)).content.decode()
        Newsletter.objects.update(from_name="Somebody else")
        assert "sender&#x27;s name changed. Approve it again" in client.get(page_of(issue)).content.decode()
        assert "approve" in offered(client, issue)
        before = issue.approved_rendition
        take(client, issue, "approve")
        assert (issue.status, issue.approved_rendition == before) == (S.APPROVED, False)


class TestTaken:
    def test_from_draft_to_approved_and_back(self) -> None:
        issue = make_issue()
        writer, editor = signed_in(make_person("Writers", "wen")), signed_in(make_person("Editors", "mei"))
        take(writer, issue, "submit", "ready")
        assert (issue.status, str(issue.submitted_by)) == (S.IN_REVIEW, "wen")
        take(editor, issue, "request-changes", "the third title")
        assert issue.status == S.CHANGES_REQUESTED
        take(writer, issue, "submit")
        response = take(editor, issue, "approve")
        assert issue.status == S.APPROVED
        assert issue.approved_rendition
        assert issue.approved_rendition.hash[:6] in response.content.decode()
        noted = issue.transitions.values_list("action", "user__username", "note").order_by("pk")
        expected = [("submit", "wen", "ready"), ("request-changes", "mei", "the third title")]
        assert list(noted) == [*expected, ("submit", "wen", ""), ("approve", "mei", "")]

    def test_unscheduled_before_anything_is_sent(self) -> None:
        issue, editor = make_issue(), signed_in(make_person("Editors"))
        stand(issue, S.APPROVED)
        campaign = campaigns.schedule(issue, User.objects.get(), at=timezone.now())
        assert offered(editor, issue) == {"unschedule"}
        take(editor, issue, "unschedule", "too early")
        campaign.refresh_from_db()
        assert (issue.status, campaign.status) == (S.APPROVED, "cancelled")

    def test_asks_first_and_says_what_it_means(self) -> None:
        issue = make_issue()
        response = signed_in(make_person("Writers")).get(step(issue, "submit"))
        assert "An editor will look at it." in response.content.decode()
        issue.refresh_from_db()
        assert issue.status == S.DRAFT

    @pytest.mark.parametrize("note", ["", "  "])
    def test_request_for_changes_needs_its_reason(self, note: str) -> None:
        issue = make_issue()
        stand(issue, S.IN_REVIEW)
        assert "say why" in take(signed_in(make_person("Editors")), issue, "request-changes", note).content.decode()
        assert issue.status == S.IN_REVIEW

    def test_approval_of_what_was_not_seen_is_refused(self) -> None:
        issue = make_issue()
        stand(issue, S.IN_REVIEW)
        response = take(signed_in(make_person("Editors")), issue, "approve", version=issue.version - 1)
        assert "changed since you looked at it" in response.content.decode()
        assert issue.status == S.IN_REVIEW

    def test_asking_for_a_step_that_would_refuse_says_why(self) -> None:
        issue = make_issue()
        response = signed_in(make_person("Editors")).get(step(issue, "approve"), follow=True)
        assert "to approve it must be in_review" in response.content.decode()

    def test_another_site_takes_no_step(self) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(make_person("Editors"))
        assert client.post(step(make_issue(), "archive")).status_code == 403

    def test_a_stranger_is_sent_to_the_login(self, client: Client) -> None:
        assert client.post(step(make_issue(), "archive"))["Location"].startswith("/admin/login/")

    def test_who_may_not_see_issues_may_take_no_step(self) -> None:
        assert signed_in(make_person(None)).get(step(make_issue(), "submit")).status_code == 403

    def test_there_are_no_other_steps(self) -> None:
        client = signed_in(make_person("superuser"))
        for name in ("schedule", "start", "finish", "edit", "nonsense"):
            assert client.post(step(make_issue(), name)).status_code == 404
