from __future__ import annotations

import pytest

from newsletter import approvals, workflow
from newsletter.editing import import_digest
from newsletter.models import Issue, Newsletter, Rendition
from tests.newsletter.desk import CHANGED, Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def stored(issue: Issue) -> Issue:
    return Issue.objects.select_related("newsletter").get(pk=issue.pk)


def approved(desk: Desk) -> tuple[Issue, Rendition]:
    issue = desk.in_review()
    return issue, workflow.approve(issue, desk.editor)


def test_nothing_changed_since_the_approval(desk: Desk) -> None:
    issue, rendition = approved(desk)
    assert not approvals.changes_since(rendition, stored(issue))


def test_each_change_in_words_and_the_content_side_by_side(desk: Desk) -> None:
    issue, rendition = approved(desk)
    Issue.objects.update(subject="另一个主题")
    Newsletter.objects.filter(pk=issue.newsletter_id).update(reply_to="other@example.test")
    import_digest(CHANGED.encode(), "试.md", user=desk.writer)
    changes = approvals.changes_since(rendition, stored(issue))
    assert changes.words == ("story 1 changed", "subject changed", "newsletter: reply address changed")
    assert changes.comparison
    (story,) = changes.comparison.changed
    assert {change.field for change in story.changes} >= {"title"}


def test_the_approved_version_is_known_after_an_edit_took_the_approval_away(desk: Desk) -> None:
    issue, rendition = approved(desk)
    assert approvals.last_approved(stored(issue)) == rendition
    import_digest(CHANGED.encode(), "试.md", user=desk.writer)
    assert stored(issue).approved_rendition is None
    assert approvals.last_approved(stored(issue)) == rendition


def test_a_refused_approval_was_none(desk: Desk) -> None:
    issue = desk.in_review()
    workflow.record_refusal(issue, "approve", desk.writer, "not yours")
    assert approvals.last_approved(issue) is None


def test_a_rendition_from_before_inputs_were_kept_still_tells_that_something_changed(desk: Desk) -> None:
    issue, rendition = approved(desk)
    rendition.inputs = {}
    assert approvals.changes_since(rendition, stored(issue)).words == ("content, look or sender changed",)
