"""What the review page says has changed."""

from __future__ import annotations

import re
import time

import pytest
from django.test import Client
from django.urls import reverse

from newsletter import workflow
from newsletter.admin.sidebyside import MOST_ENTRIES, side_by_side
from newsletter.digest.comparison import Change, ChangedStory, Comparison, StoryAt
from newsletter.models import Issue, Newsletter, Rendition, Story
from tests.newsletter.desk import CHANGED, TEXT, Desk
from tests.newsletter.digest.samples import STORY, digest
from tests.newsletter.people import make_person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(desk: Desk) -> Client:
    return signed_in(make_person("Writers", "wen"))


def zone(client: Client, issue: Issue) -> str:
    html = client.get(reverse("admin:newsletter_issue_review", args=[issue.pk])).content.decode()
    found = re.search(r'<section class="zone" id="changes".*?</section>', html, re.DOTALL)
    assert found
    return found[0]


class TestSinceTheImport:
    def test_nothing_at_first(self, desk: Desk, writer: Client) -> None:
        assert "Nothing changed since the last import." in zone(writer, desk.draft())

    def test_an_edit_is_shown_by_its_words(self, desk: Desk, writer: Client) -> None:
        issue = desk.draft()
        Story.objects.update(insight="小而慢。")
        html = zone(writer, issue)
        assert "小而<del>快</del>。" in html
        assert "小而<ins>慢</ins>。" in html
        assert "Story 1: 甲厂开源小模型" in html

    def test_in_a_newsletter_of_its_own_language(self, desk: Desk, writer: Client) -> None:
        Newsletter.objects.update(language="zh-Hant")
        assert "Nothing changed" in zone(writer, desk.draft())

    @pytest.mark.parametrize("source", ["", "no digest"])
    def test_is_unknown_where_what_was_imported_is(self, source: str, desk: Desk, writer: Client) -> None:
        issue = desk.draft()
        Issue.objects.update(source_text=source)
        assert "is not known" in zone(writer, issue)


class TestSinceTheApproval:
    def test_nothing_at_first(self, desk: Desk, writer: Client) -> None:
        issue = desk.approved()
        assert issue.approved_rendition is not None
        since = f"since {issue.approved_rendition.hash[:6]} was approved"
        assert f"Nothing changed {since}." in zone(writer, issue)

    def test_outlives_the_approval(self, desk: Desk, writer: Client) -> None:
        desk.approved()
        html = zone(writer, desk.draft(CHANGED))
        assert "was approved" in html
        assert "<ins>乙</ins>" in html

    def test_stories_come_go_and_move(self, desk: Desk, writer: Client) -> None:
        other, third = (
            STORY.replace("甲厂开源小模型", title).replace("example", "test") for title in ("论文三则", "融资")
        )
        desk.approved(digest(STORY, other))
        html = zone(writer, desk.draft(digest(third.replace("/2", "/9").replace("/s/", "/t/"), other)))
        for shown in ("Added</span> Story 1: 融资", "Removed</span> Former story 1: 甲厂开源小模型"):
            assert shown in html

    def test_subject_sender_and_look(self, desk: Desk, writer: Client) -> None:
        issue = desk.approved()
        Issue.objects.update(subject="新主题")
        Newsletter.objects.update(from_name="新编辑部", theme={"accent": "#000000", "accent_dark": "#ffffff"})
        html = zone(writer, issue)
        for shown in (
            "made from the stories",
            "新主题",
            "newsletter: sender&#x27;s name",
            "newsletter: theme",
            "000000",
        ):
            assert shown in html

    def test_is_unknown_where_the_approved_content_was_not_kept(self, desk: Desk, writer: Client) -> None:
        issue = desk.approved()
        Rendition.objects.update(inputs={})
        assert "is not known" in zone(writer, issue)

    def test_text_is_shown_and_not_run(self, desk: Desk, writer: Client) -> None:
        issue = desk.draft()
        Story.objects.update(insight="<script>alert(1)</script>")
        assert "<script>" not in zone(writer, issue)


def test_few_stories_are_open_and_many_closed() -> None:
    def stories(count: int) -> Comparison:
        changes = (Change("insight", "a", "b"),)
        return Comparison(changed=tuple(ChangedStory(n, n, "t", False, changes) for n in range(1, count + 1)))

    assert all(entry.open for entry in side_by_side(stories(3)).entries)
    assert not any(entry.open for entry in side_by_side(stories(4)).entries)


def test_a_huge_comparison_is_bounded() -> None:
    added = tuple(StoryAt(number, "t") for number in range(5_000))
    huge = (Change("summary", "甲" * 1_000_000, "乙甲" * 500_000),)
    changed = tuple(ChangedStory(number, number, "t", False, huge) for number in range(3))
    start = time.process_time()
    shown = side_by_side(Comparison(added=added, changed=changed))
    assert time.process_time() - start < 5
    assert (len(shown.entries), shown.left_out) == (MOST_ENTRIES, 5_003 - MOST_ENTRIES)
    assert sum(len(piece.text) for piece in shown.entries[0].rows[0].before) < 21_000


def test_resubmitting_is_of_the_text_as_it_is(desk: Desk, writer: Client) -> None:
    issue = desk.in_review(TEXT)
    workflow.request_changes(issue, desk.editor, "x")
    assert "Nothing changed since the last import." in zone(writer, issue)
