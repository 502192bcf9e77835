"""Every page of the desk in a browser: axe-core finds nothing, and nothing scrolls sideways."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from newsletter import content, discussion
from newsletter.editing import import_digest
from newsletter.editorial import corrections, sharing
from newsletter.models import Issue, IssueStatus, Section, Story
from tests.browser import audit
from tests.newsletter.desk import FAULTY, Desk
from tests.newsletter.people import make_person, signed_in

pytestmark = [pytest.mark.chromium, pytest.mark.django_db]
S = IssueStatus
SAMPLES = Path(__file__).parents[3] / "samples"


@pytest.fixture
def root() -> Client:
    return signed_in(make_person("superuser", "root"))


def page(name: str, *args: Any) -> str:
    return reverse(f"admin:newsletter_{name}", args=args)


def shown(client: Client, *addresses: str) -> dict[str, str]:
    pages = {}
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        pages[address] = response.text
    return pages


def test_the_review_of_a_draft_and_the_ways_to_edit_it(root: Client) -> None:
    desk = Desk()
    done = import_digest((SAMPLES / "report-2026-01-17.md").read_bytes(), "report.md", user=desk.writer)
    assert done.issue
    issue = done.issue
    discussion.comment(issue, desk.editor, "Is this right? https://example.com/" + "x" * 90)
    sharing.make(issue, desk.editor)
    short = desk.draft()
    section, story = Section.objects.filter(issue=short)[0], Story.objects.filter(section__issue=short)[0]
    found = audit(
        shown(
            root,
            page("issue_review", issue.pk),
            page("issue_change", short.pk),
            page("section_change", section.pk),
            page("story_change", story.pk),
            page("issue_markdown", short.pk),
            page("issue_picture", issue.pk),
        )
    )
    assert found == []


def test_what_is_refused_asked_again_and_checked(root: Client) -> None:
    desk = Desk()
    issue = desk.in_review(FAULTY)
    step = page("issue_step", issue.pk, "request-changes")
    writer = make_person("Writers", "lin")
    pages = shown(root, page("issue_review", issue.pk), step, page("issue_upload"), page("issue_preferences"))
    refused = signed_in(writer).post(page("issue_step", issue.pk, "approve"), {"version": issue.version})
    assert refused.status_code == 403
    pages["/refused/"] = refused.text
    checked = root.post(page("issue_markdown", issue.pk), {"text": "nothing", "check": "1", "version": issue.version})
    pages["/checked/"] = checked.text
    again = root.post(page("issue_comment", issue.pk), {"text": "", "story": ""})
    pages["/again/"] = again.text
    assert audit(pages) == []


def test_the_review_of_what_is_approved_scheduled_and_sent(root: Client) -> None:
    desk = Desk()
    desk.readers(["reader@example.com"])
    issue = desk.approved()
    pages = shown(root, page("issue_schedule", issue.pk))
    final = f"{page('issue_schedule_review', issue.pk)}?when=now&late_policy=hold&late_minutes=60&canary_minutes=30"
    pages |= {"/final/": root.get(final).text}
    issue = sent(issue)
    corrections.correct(issue, desk.editor, text=corrected(issue), note="A name was wrong.")
    after = (page("issue_review", issue.pk), page("issue_correct", issue.pk), page("issue_withdraw", issue.pk))
    rendition = page("rendition_change", issue.approved_rendition_id)
    newsletter = page("newsletter_change", issue.newsletter_id)
    assert audit(pages | shown(root, *after, rendition, newsletter)) == []


def sent(approved: Issue) -> Issue:
    Issue.objects.filter(pk=approved.pk).update(status=S.SENT)
    return Issue.objects.select_related("newsletter", "approved_rendition").get(pk=approved.pk)


def corrected(issue: Issue) -> str:
    return content.export(issue).replace("甲厂", "乙厂")
