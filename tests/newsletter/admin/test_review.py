"""The review page: where an issue stands, what goes out, what can be done, and what was."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from newsletter import workflow
from newsletter.models import Issue, IssueStatus, Newsletter
from newsletter.rendering import pipeline
from newsletter.rendering.pipeline import Rendered
from tests.newsletter.desk import Desk
from tests.newsletter.people import make_person, signed_in

pytestmark = pytest.mark.django_db
S = IssueStatus


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def mei(desk: Desk) -> Client:
    return signed_in(make_person("Editors", "mei"))


def address(issue: Issue, name: str = "review") -> str:
    return reverse(f"admin:newsletter_issue_{name}", args=[issue.pk])


def page(client: Client, issue: Issue) -> str:
    response = client.get(address(issue))
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.text)


def zone(text: str, name: str) -> str:
    found = re.search(rf'<section class="zone[^"]*" id="{name}".*?</section>', text)
    assert found, name
    return found[0]


class TestWhereItStands:
    def test_says_who_brought_it_there_and_who_is_waited_for(self, desk: Desk, mei: Client) -> None:
        status = zone(page(mei, desk.in_review()), "status")
        assert "in review" in status
        assert "by writer" in status
        assert "It waits for a review. Waited for: editor, mei." in status

    def test_of_a_new_draft_says_who_edited_it(self, desk: Desk, mei: Client) -> None:
        assert "edited by writer" in zone(page(mei, desk.draft()), "status")

    @pytest.mark.parametrize("status", S)
    def test_opens_at_every_status(self, status: IssueStatus, desk: Desk, mei: Client) -> None:
        text = page(mei, desk.issue_at(status))
        for name in ("status", "inbox", "preview", "act", "findings", "changes", "discussion", "history"):
            zone(text, name)

    def test_is_for_those_who_may_see_issues(self, desk: Desk) -> None:
        assert signed_in(make_person(None)).get(address(desk.draft())).status_code == 403


class TestWhatGoesOut:
    def test_is_the_approved_version_whatever_the_templates_make_of_it_now(
        self, desk: Desk, mei: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        issue = desk.in_review()
        approved = workflow.approve(issue, desk.editor)

        def newer(*args: Any, **options: Any) -> Rendered:
            rendered = pipeline.render(*args, **options)
            return dataclasses.replace(rendered, html=rendered.html.replace("</body>", "<p>new</body>"))

        assert "templates have changed" not in page(mei, issue)
        monkeypatch.setattr("newsletter.renditions.render", newer)
        text = page(mei, issue)
        assert "templates have changed since the approval" in zone(text, "act")
        assert f"version {approved.hash[:6]}" in zone(text, "preview")
        assert "Approve this version" not in text

    def test_is_the_new_version_where_the_approval_is_stale_and_it_says_what_changed(
        self, desk: Desk, mei: Client
    ) -> None:
        issue = desk.in_review()
        approved = workflow.approve(issue, desk.editor)
        Newsletter.objects.update(from_name="别人")
        text = page(mei, issue)
        said = f"approved {approved.hash[:6]}; since then: newsletter: sender&#x27;s name changed."
        assert said in zone(text, "act")
        assert f"version {approved.hash[:6]}" not in zone(text, "preview")
        assert "Approve this version" in zone(text, "act")

    def test_the_version_that_is_approved_is_the_one_that_was_seen(self, desk: Desk, mei: Client) -> None:
        issue = desk.in_review()
        hidden = dict(re.findall(r'name="(version|rendition)" value="(\w+)"', zone(page(mei, issue), "act")))
        Newsletter.objects.update(from_name="别人")
        response = mei.post(reverse("admin:newsletter_issue_step", args=[issue.pk, "approve"]), hidden, follow=True)
        assert "is no longer what you approved" in response.text
        issue.refresh_from_db()
        assert issue.status == S.IN_REVIEW


class TestTheInboxLine:
    def test_shows_sender_subject_and_preheader_with_their_widths(self, desk: Desk, mei: Client) -> None:
        inbox = zone(page(mei, desk.draft()), "inbox")
        assert "AI行业速递" in inbox
        assert re.search(r"Subject</dt><dd class=\"\w+\">\d+ columns of 50", inbox)

    def test_is_edited_there_and_takes_the_approval_back(self, desk: Desk, mei: Client) -> None:
        issue = desk.approved()
        words = {"subject": "另一个主题", "preheader": "还有什么", "version": issue.version}
        text = mei.post(address(issue, "words"), words, follow=True).text
        assert "另一个主题" in text
        now = Issue.objects.get(pk=issue.pk)
        assert (now.status, now.subject, now.preheader) == (S.DRAFT, "另一个主题", "还有什么")
        assert now.last_editor
        assert now.last_editor.username == "mei"

    def test_unchanged_words_change_nothing(self, desk: Desk, mei: Client) -> None:
        issue = desk.approved()
        mei.post(address(issue, "words"), {"subject": "", "preheader": "", "version": issue.version})
        now = Issue.objects.get(pk=issue.pk)
        assert (now.status, now.version) == (S.APPROVED, issue.version)

    def test_of_a_page_that_is_out_of_date_is_refused_with_what_was_typed(self, desk: Desk, mei: Client) -> None:
        issue = desk.draft()
        words = {"subject": "另一个主题", "preheader": "", "version": issue.version - 1}
        text = mei.post(address(issue, "words"), words, follow=True).text
        assert "was changed by somebody else just now" in text
        assert "You wrote: Subject: 另一个主题" in text
        assert Issue.objects.get(pk=issue.pk).subject == ""

    def test_too_long_a_subject_is_refused(self, desk: Desk, mei: Client) -> None:
        issue = desk.draft()
        words = {"subject": "长" * 301, "preheader": "", "version": issue.version}
        assert "at most 300 characters" in mei.post(address(issue, "words"), words, follow=True).text
        assert Issue.objects.get(pk=issue.pk).subject == ""

    def test_a_broken_mail_shows_no_line_and_the_finding_says_why(self, desk: Desk, mei: Client) -> None:
        Newsletter.objects.update(theme={"accent": "no colour"})
        text = page(mei, desk.draft())
        assert "phone-line" not in zone(text, "inbox")
        assert "mail-impossible" in zone(text, "findings")


def test_the_history_tells_moves_and_refusals_newest_first(desk: Desk, mei: Client) -> None:
    issue = desk.in_review()
    workflow.record_refusal(issue, "approve", desk.writer, "not yours")
    history = zone(page(mei, issue), "history")
    assert history.index("not yours") < history.index("submitted")
    assert "refused" in history
