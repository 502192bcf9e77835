from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from newsletter import discussion
from newsletter.admin.comments import linked
from newsletter.errors import Refused
from newsletter.models import Comment, Issue, IssueStatus, Story
from tests.browser import audit
from tests.newsletter.admin.issues import posted_by
from tests.newsletter.desk import Desk
from tests.newsletter.digest.samples import STORY, digest
from tests.newsletter.people import make_person, signed_in

S = IssueStatus
TITLE = "甲厂开源小模型"


@pytest.fixture
def writer(desk: Desk) -> Client:
    return signed_in(make_person("Writers", "wen"))


@pytest.fixture
def ops(desk: Desk) -> Client:
    return signed_in(make_person("Ops", "ravi"))


def page(issue: Issue) -> str:
    return reverse("admin:newsletter_issue_review", args=[issue.pk])


def zone(client: Client, issue: Issue) -> str:
    html = client.get(page(issue)).content.decode()
    return html[html.index('id="discussion"') :].partition("</section>")[0]


def say(client: Client, issue: Issue, text: str = "标题太长", story: str = "") -> Any:
    return client.post(reverse("admin:newsletter_issue_comment", args=[issue.pk]), {"text": text, "story": story})


def settle(client: Client, comment: Comment, name: str) -> Any:
    return client.post(reverse(f"admin:newsletter_issue_{name}", args=[comment.issue_id, comment.pk]))


class TestACommentOnThePage:
    def test_says_who_when_about_what_and_in_which_words(self, writer: Client, desk: Desk) -> None:
        issue = desk.draft()
        assert say(writer, issue, "标题太长\n改一改", TITLE)["Location"] == page(issue) + "#discussion"
        html = zone(writer, issue)
        assert "<strong>wen</strong>" in html
        assert "Asia/Shanghai" in html
        story = reverse("admin:newsletter_story_change", args=[Story.objects.get().pk])
        assert f'<a href="{story}">{TITLE}</a>' in html
        assert "标题太长\n改一改" in html.replace("\r\n", "\n")

    @pytest.mark.parametrize("status", S)
    def test_is_made_at_every_status(self, status: IssueStatus, writer: Client, desk: Desk) -> None:
        assert say(writer, desk.issue_at(status)).status_code == 302

    def test_of_a_story_that_is_gone_says_so(self, writer: Client, desk: Desk) -> None:
        issue = desk.draft()
        say(writer, issue, story=TITLE)
        Story.objects.all().delete()
        html = zone(writer, issue)
        assert TITLE in html
        assert "the story is gone" in html

    def test_follows_a_title_that_is_edited_by_hand(self, writer: Client, desk: Desk) -> None:
        issue = desk.draft()
        say(writer, issue, story=TITLE)
        address = reverse("admin:newsletter_story_change", args=[Story.objects.get().pk])
        assert writer.post(address, posted_by(writer, address, title="乙厂开源大模型")).status_code == 302
        assert Comment.objects.get().story_title == "乙厂开源大模型"
        assert "the story is gone" not in zone(writer, issue)

    def test_newest_comes_last(self, writer: Client, desk: Desk) -> None:
        issue = desk.draft()
        for text in ("first of all", "second of all"):
            say(writer, issue, text)
        html = zone(writer, issue)
        assert html.index("first of all") < html.index("second of all")

    @pytest.mark.parametrize(("text", "why"), [("  ", "This field is required"), ("长" * 4001, "at most 4000")])
    def test_that_does_not_fit_is_asked_for_again(self, text: str, why: str, writer: Client, desk: Desk) -> None:
        issue = desk.draft()
        html = say(writer, issue, text, TITLE).content.decode()
        assert why in html
        assert text.strip() in html
        assert f'<option value="{TITLE}" selected>' in html
        assert not Comment.objects.exists()

    def test_on_a_story_that_is_gone_keeps_its_words(self, writer: Client, desk: Desk) -> None:
        html = say(writer, desk.draft(), "my words", "另一条").content.decode()
        assert "This story is gone, or has another title now." in html
        assert "my words" in html

    def test_on_a_story_that_goes_meanwhile_keeps_its_words(
        self, writer: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        issue = desk.draft()

        def go(*_: Any, **__: Any) -> None:
            raise Refused("The issue has no such story any more.")

        monkeypatch.setattr(discussion, "comment", go)
        html = say(writer, issue, "my words").content.decode()
        assert "no such story any more" in html
        assert "my words" in html

    def test_is_text_and_never_markup(self, writer: Client, desk: Desk) -> None:
        issue = desk.draft()
        attack = '<script>alert(1)</script> https://x.example/"onmouseover="alert(1) javascript:alert(2)'
        say(writer, issue, attack)
        html = zone(writer, issue)
        assert "<script" not in html
        assert '<a href="https://x.example/" rel="noopener noreferrer nofollow">https://x.example/</a>&quot;on' in html
        assert 'href="javascript' not in html
        assert 'onmouseover="' not in html


class TestSettling:
    def test_collapses_what_is_resolved_and_opens_it_again(self, writer: Client, desk: Desk) -> None:
        issue = desk.draft()
        say(writer, issue)
        comment = Comment.objects.get()
        assert settle(writer, comment, "resolve")["Location"] == f"{page(issue)}#comment-{comment.pk}"
        html = zone(writer, issue)
        assert "Nothing is open." in html
        assert 'Resolved comments <span class="count">1</span>' in html
        assert "Resolved by wen" in html
        settle(writer, comment, "reopen")
        assert "Resolved comments" not in zone(writer, issue)

    def test_twice_says_so(self, writer: Client, desk: Desk) -> None:
        say(writer, desk.draft())
        comment = Comment.objects.get()
        settle(writer, comment, "resolve")
        response = writer.get(settle(writer, comment, "resolve")["Location"])
        assert "resolved already" in response.content.decode()

    def test_is_of_the_issues_own_comments(self, writer: Client, desk: Desk) -> None:
        say(writer, desk.draft())
        address = reverse("admin:newsletter_issue_resolve", args=[0, Comment.objects.get().pk])
        assert writer.post(address).status_code == 404


class TestOps:
    def test_read_and_say_nothing(self, writer: Client, ops: Client, desk: Desk) -> None:
        issue = desk.draft()
        say(writer, issue, story=TITLE)
        html = zone(ops, issue)
        assert "标题太长" in html
        assert "<form" not in html
        assert "/story/" not in html

    def test_are_refused_and_audited(self, writer: Client, ops: Client, desk: Desk) -> None:
        issue = desk.draft()
        say(writer, issue)
        comment = Comment.objects.get()
        assert say(ops, issue).status_code == 403
        assert settle(ops, comment, "resolve").status_code == 403
        assert settle(ops, comment, "reopen").status_code == 403
        actions = issue.transitions.filter(refused=True).order_by("pk").values_list("action", flat=True)
        assert list(actions) == ["comment", "resolve", "reopen"]


def test_strangers_are_sent_to_the_login(client: Client, desk: Desk) -> None:
    issue = desk.draft()
    assert say(client, issue)["Location"].startswith("/admin/login/")
    assert say(signed_in(make_person(None)), issue).status_code == 403


@pytest.mark.parametrize("name", ["comment", "resolve", "reopen"])
def test_everything_is_posted(name: str, writer: Client, desk: Desk) -> None:
    issue = desk.draft()
    args = [issue.pk] if name == "comment" else [issue.pk, 1]
    assert writer.get(reverse(f"admin:newsletter_issue_{name}", args=args)).status_code == 405


def test_many_comments_cost_no_more_queries_than_one(writer: Client, desk: Desk) -> None:
    issue, counts = desk.draft(), []
    for number in (1, 30):
        for _ in range(number):
            discussion.comment(issue, desk.writer, "标题太长", story_title=TITLE)
        with CaptureQueriesContext(connection) as queries:
            writer.get(page(issue))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("见 https://a.example/x。", '见 <a href="https://a.example/x" {}>https://a.example/x</a>。'),
        ("(https://a.example/x)", '(<a href="https://a.example/x" {}>https://a.example/x</a>)'),
        (
            "https://a.example/?a=1&b=2",
            '<a href="https://a.example/?a=1&amp;b=2" {}>https://a.example/?a=1&amp;b=2</a>',
        ),
        ("http://a.example ftp://b.example www.c.example", "http://a.example ftp://b.example www.c.example"),
        ("a < b & c", "a &lt; b &amp; c"),
    ],
)
def test_whole_addresses_become_links_and_all_else_is_escaped(text: str, html: str) -> None:
    assert linked(text) == html.replace("{}", 'rel="noopener noreferrer nofollow"')


@pytest.mark.chromium
def test_the_pages_are_clean(writer: Client, desk: Desk) -> None:
    issue = desk.draft(digest(STORY.replace("https://", "http://")))
    for text in ("open, see https://a.example/", "resolved"):
        say(writer, issue, text, TITLE)
    settle(writer, Comment.objects.latest("pk"), "resolve")
    head, _, body = writer.get(page(issue)).text.partition("<body")
    zones = "".join(re.findall(r'<section class="zone (?:findings|discussion)".*?</section>', body, re.DOTALL))
    opened = zones.replace("<details", "<details open")  # axe sees through closed ones, onto what lies before
    pages = {
        "/zones/": f'{head}<body><main class="review"><h1>Review</h1>{opened}</main></body></html>',
        "/again/": say(writer, issue, " ").text,
        "/preferences/": writer.get(reverse("admin:newsletter_issue_preferences")).text,
    }
    assert zones.count("<section") == 2
    assert audit(pages) == []
