"""The Markdown view of an issue."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from newsletter import content
from newsletter.editing import import_digest
from newsletter.models import Issue, IssueStatus, Story
from tests.newsletter.desk import CHANGED, FAULTY, TEXT, Desk
from tests.newsletter.digest.samples import STORY, digest
from tests.newsletter.people import make_person, signed_in

pytestmark = pytest.mark.django_db
S = IssueStatus
TWO = digest(STORY, STORY.replace("甲厂", "丙厂").replace("小而快。", ""))


@pytest.fixture
def writer(desk: Desk) -> Client:
    return signed_in(make_person("Writers", "wen"))


def page_of(issue: Issue) -> str:
    return reverse("admin:newsletter_issue_markdown", args=[issue.pk])


def shown(html: str) -> str:
    """The text of the page's textarea, as a browser would have it."""
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", html, re.DOTALL)
    assert found
    return unescape(found[1])


def post(client: Client, issue: Issue, text: str, *, button: str = "save", version: str = "") -> Any:
    """As a browser posts it: every line ends in CRLF."""
    fields = {"text": text.replace("\n", "\r\n"), "version": version or str(issue.version), button: button}
    return client.post(page_of(issue), fields)


def test_shows_the_issue_as_its_digest(desk: Desk, writer: Client) -> None:
    issue = desk.draft()
    html = writer.get(page_of(issue)).content.decode()
    assert shown(html) == content.export(issue) == TEXT
    assert '<li id="line-1">' in html


class TestSaving:
    def test_replaces_the_content_and_names_the_editor(self, desk: Desk, writer: Client) -> None:
        issue = desk.approved()
        assert post(writer, issue, CHANGED).status_code == 302
        stored = Issue.objects.get()
        assert content.export(stored) == CHANGED
        assert (stored.status, str(stored.last_editor), stored.approved_rendition) == (S.DRAFT, "wen", None)
        assert stored.version > issue.version
        move = stored.transitions.first()
        assert move is not None
        assert (move.action, str(move.user)) == ("edit", "wen")

    @pytest.mark.parametrize("text", [TEXT, FAULTY, TWO])
    def test_the_unchanged_text_changes_nothing(self, text: str, desk: Desk, writer: Client) -> None:
        issue = desk.in_review(text)
        same = shown(writer.get(page_of(issue)).content.decode())
        response = writer.post(page_of(issue), {"text": same, "version": str(issue.version)}, follow=True)
        assert "Nothing changed" in response.content.decode()
        assert post(writer, issue, same).status_code == 302
        stored = Issue.objects.get()
        assert (stored.version, stored.status, stored.last_editor) == (issue.version, S.IN_REVIEW, desk.writer)

    def test_can_put_back_what_was_imported_first(self, desk: Desk, writer: Client) -> None:
        issue = desk.draft()
        Story.objects.update(title="改过")
        post(writer, issue, TEXT)
        assert Story.objects.get().title == "甲厂开源小模型"

    def test_leaves_the_imported_bytes_known(self, desk: Desk, writer: Client) -> None:
        issue = desk.draft()
        post(writer, issue, CHANGED)
        assert not import_digest(TEXT.encode(), "again.md", user=desk.writer).changed
        assert content.export(Issue.objects.get()) == CHANGED

    def test_mends_what_the_import_found(self, desk: Desk, writer: Client) -> None:
        issue = desk.draft(FAULTY)
        post(writer, issue, TEXT)
        assert Issue.objects.get().findings == []


class TestRefusals:
    def test_an_error_is_said_at_its_line_and_the_text_kept(self, desk: Desk, writer: Client) -> None:
        issue = desk.draft()
        text = TEXT.replace("2025年03月09日", "2025年03月99日")
        response = post(writer, issue, text)
        html = response.content.decode()
        assert response.status_code == 200
        assert shown(html) == text
        assert 'href="#line-1"' in html
        assert content.export(Issue.objects.get()) == TEXT

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            (TEXT.replace("03月09日", "03月10日"), "which would be another issue"),
            ("# 速报 (2025-03-09 至 2025-03-10)\n\n## 1. 节\n\n### **甲**\n\n> **概要**：乙。\n", "express digests"),
        ],
    )
    def test_a_digest_of_another_issue(self, text: str, says: str, desk: Desk, writer: Client) -> None:
        issue = desk.draft()
        for button in ("save", "check"):
            html = post(writer, issue, text, button=button).content.decode()
            assert says in html
            assert shown(html) == text
        assert Issue.objects.count() == 1
        assert content.export(Issue.objects.get()) == TEXT

    def test_the_second_of_two_saves_with_both_versions(self, desk: Desk, writer: Client) -> None:
        issue, other = desk.draft(), signed_in(make_person("Writers", "lin"))
        mine = TEXT.replace("小而快。", "小而慢。")
        post(other, issue, CHANGED)
        response = post(writer, issue, mine)
        html = response.content.decode()
        assert "lin changed this issue" in html
        assert shown(html) == mine
        assert "乙厂开源大模型" in html  # stored now
        assert "<ins>慢</ins>" in html
        assert content.export(Issue.objects.get()) == CHANGED
        version = str(Issue.objects.get().version)
        assert f'name="version" value="{version}"' in html
        assert post(writer, issue, mine, version=version).status_code == 302
        assert content.export(Issue.objects.get()) == mine

    @pytest.mark.parametrize("version", ["x", "-1", "9" * 30, "²"])
    def test_no_version(self, version: str, desk: Desk, writer: Client) -> None:
        issue = desk.draft()
        assert post(writer, issue, CHANGED, version=version).status_code == 200
        assert content.export(Issue.objects.get()) == TEXT

    @pytest.mark.parametrize("status", [S.SENDING, S.SENT, S.ARCHIVED])
    def test_past_editing(self, status: IssueStatus, desk: Desk, writer: Client) -> None:
        issue = desk.issue_at(status)
        html = writer.get(page_of(issue)).content.decode()
        assert "can&#x27;t be edited any more" in html
        assert 'name="save"' not in html
        assert shown(html) == TEXT
        assert post(writer, issue, CHANGED).status_code == 403
        refusal = issue.transitions.first()
        assert refusal is not None
        assert (refusal.action, refusal.refused) == ("edit", True)
        assert content.export(Issue.objects.get()) == TEXT

    def test_a_role_that_only_looks(self, desk: Desk) -> None:
        issue, ops = desk.draft(), signed_in(make_person("Ops"))
        assert 'name="save"' not in ops.get(page_of(issue)).content.decode()
        for button in ("save", "check"):
            assert post(ops, issue, CHANGED, button=button).status_code == 403

    def test_who_may_not_look(self, desk: Desk) -> None:
        assert signed_in(make_person(None)).get(page_of(desk.draft())).status_code == 403

    @pytest.mark.parametrize(("size", "status"), [(2_200_000, 200), (3_000_000, 413)])
    def test_too_large_a_text_in_words(self, size: int, status: int, desk: Desk, writer: Client) -> None:
        response = post(writer, desk.draft(), "x" * size)
        assert response.status_code == status
        assert "2,097,152" in response.content.decode()

    def test_a_post_from_elsewhere(self, desk: Desk) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(make_person("Writers", "wen"))
        assert post(client, desk.draft(), CHANGED).status_code == 403


class TestChecking:
    def test_shows_findings_and_differences_and_saves_nothing(self, desk: Desk, writer: Client) -> None:
        issue = desk.in_review()
        text = FAULTY.replace("小而快。", "小而慢。")
        html = post(writer, issue, text, button="check").content.decode()
        line = 1 + text[: text.index("javascript:")].count("\n")
        assert f'data-line="{line}"' in html
        assert "<del>快</del>" in html
        assert shown(html) == text
        stored = Issue.objects.get()
        assert (stored.status, stored.version, content.export(stored)) == (S.IN_REVIEW, issue.version, TEXT)

    def test_says_so_where_nothing_would_change(self, desk: Desk, writer: Client) -> None:
        html = post(writer, desk.draft(), TEXT, button="check").content.decode()
        assert "Nothing in the content would change" in html

    def test_keeps_the_version_that_was_seen(self, desk: Desk, writer: Client) -> None:
        html = post(writer, desk.draft(), CHANGED, button="check", version="7").content.decode()
        assert 'name="version" value="7"' in html


def test_what_preflight_found_leads_to_the_storys_heading(desk: Desk, writer: Client) -> None:
    issue = desk.draft(digest(STORY, STORY.replace("甲厂", "丙厂") + "\n- 甲 TODO 乙"))
    html = writer.get(page_of(issue)).content.decode()
    line = 1 + content.export(issue).split("\n").index("## 丙厂开源小模型")
    assert re.search(rf'data-line="{line}"[^<]*>line {line}</a> story 2', html)


def test_an_issue_that_no_digest_can_say_is_sent_to_its_own_page(desk: Desk, writer: Client) -> None:
    issue = desk.draft()
    Story.objects.update(importance="not for an express")
    html = writer.get(page_of(issue)).content.decode()
    assert "No digest can say this issue" in html
    assert "<textarea" not in html
