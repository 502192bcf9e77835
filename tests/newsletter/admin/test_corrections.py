"""Correcting and withdrawing the web page of a sent issue, from the review page on."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from newsletter import content
from newsletter.admin.desk import review_url
from newsletter.editorial import corrections
from newsletter.models import Correction, Issue, IssueStatus, Story
from tests.newsletter.desk import CHANGED, FAULTY, TEXT, Desk
from tests.newsletter.people import make_person, signed_in

pytestmark = pytest.mark.django_db
S = IssueStatus
UNSENT = [status for status in S if status is not S.SENT]


@pytest.fixture
def editor() -> Client:
    return signed_in(make_person("Editors", "mei"))


@pytest.fixture
def sent(desk: Desk) -> Issue:
    return desk.issue_at(S.SENT)


def page_of(issue: Issue, name: str = "correct") -> str:
    return f"/admin/newsletter/issue/{issue.pk}/{name}/"


def public(issue: Issue) -> str:
    return f"/n/express/{issue.slug}/"


def post(client: Client, issue: Issue, act: str = "save", name: str = "correct", **fields: str) -> Any:
    issue.refresh_from_db()
    values = {"act": act, "version": str(issue.version), "text": CHANGED, "note": "甲厂应为乙厂"}
    return client.post(page_of(issue, name), {**values, **fields}, follow=True)


def last_of(issue: Issue) -> tuple[str, bool, str, str]:
    entry = issue.transitions.first()
    assert entry is not None
    return entry.action, entry.refused, str(entry.user), entry.note


class TestCorrected:
    def test_the_page_changes_and_what_was_mailed_does_not(self, sent: Issue, editor: Client) -> None:
        mailed, hashed = content.load(sent), sent.approved_rendition_id
        assert "The web page is corrected." in post(editor, sent).text
        page = editor.get(public(sent)).text
        assert "乙厂开源大模型" in page
        assert "甲厂开源小模型" not in page
        assert "甲厂应为乙厂" in page
        sent.refresh_from_db()
        assert content.load(sent) == mailed
        assert (sent.status, sent.approved_rendition_id) == (S.SENT, hashed)
        assert Story.objects.filter(title__contains="甲厂").exists()

    def test_it_stands_in_the_history_and_in_the_zone(self, sent: Issue, editor: Client) -> None:
        post(editor, sent)
        assert last_of(sent) == ("correct", False, "mei", "甲厂应为乙厂")
        zone = editor.get(review_url(sent)).text.partition('id="web"')[2]
        assert "甲厂应为乙厂" in zone
        assert "shown now" in zone

    def test_the_form_begins_with_what_the_page_says(self, sent: Issue, editor: Client) -> None:
        assert "甲厂开源小模型" in editor.get(page_of(sent)).text
        post(editor, sent)
        assert "乙厂开源大模型" in editor.get(page_of(sent)).text

    def test_what_a_browser_posts_is_the_same_text(self, sent: Issue, editor: Client) -> None:
        text = content.export(sent).replace("\n", "\r\n")
        assert "nothing differs" in post(editor, sent, text=text).text

    def test_the_newest_counts_and_all_notes_are_told_newest_first(self, sent: Issue, editor: Client) -> None:
        post(editor, sent)
        post(editor, sent, text=CHANGED.replace("乙厂开源大模型", "丙厂开源大模型"), note="又错了")
        page = editor.get(public(sent)).text
        assert "丙厂开源大模型" in page
        assert page.index("又错了") < page.index("甲厂应为乙厂")

    def test_back_to_what_was_mailed_is_a_correction_too(self, sent: Issue, editor: Client) -> None:
        post(editor, sent)
        post(editor, sent, "revert", note="原文无误")
        assert corrections.published(sent).document == content.load(sent)
        assert Correction.objects.count() == 2
        assert "原文无误" in editor.get(public(sent)).text
        assert "says what was mailed already" in post(editor, sent, "revert").text


class TestChecked:
    def test_shows_what_would_change_and_saves_nothing(self, sent: Issue, editor: Client) -> None:
        response = post(editor, sent, "check", note="")
        assert response.status_code == 200
        for shown in (
            "What this changes on the page",
            "<del>",
            "甲厂开源小模型",
            "乙厂开源大模型",
            "Nothing is saved yet.",
        ):
            assert shown in response.text
        assert not Correction.objects.exists()

    def test_shows_what_blocks(self, sent: Issue, editor: Client) -> None:
        response = post(editor, sent, "check", text=CHANGED.replace("乙厂开源大模型", "TODO"))
        assert "Mend what blocks first." in response.text
        assert "TODO" in response.text


class TestRefused:
    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"note": "  "}, "Say what was corrected"),
            ({"text": TEXT}, "nothing differs"),
            ({"text": CHANGED.replace("2025年03月09日", "2025年03月10日")}, "the date"),
            ({"text": "no digest"}, "fits no format"),
            ({"text": ""}, "empty"),
            ({"text": CHANGED.replace("乙厂开源大模型", "TODO 乙厂")}, "Mend what blocks first"),
            ({"text": FAULTY}, "javascript:alert(1)"),
            ({"version": "1"}, "changed since you looked at it"),
            ({"version": ""}, "changed since you looked at it"),
        ],
    )
    def test_with_its_reason_and_nothing_lost(
        self, fields: dict[str, str], said: str, sent: Issue, editor: Client
    ) -> None:
        response = post(editor, sent, **fields)
        assert response.status_code == 422
        assert said in response.text
        for name, value in {"text": CHANGED, "note": "甲厂应为乙厂", **fields}.items():
            typed = value.strip().partition("\n")[0]
            assert name == "version" or typed in response.text
        assert not Correction.objects.exists()

    def test_another_format(self, sent: Issue, editor: Client) -> None:
        text = "# AI 前沿动态速报（2025.3.9）\n\n## 一、模型\n\n### 1. 题\n\n正文。\n"
        response = post(editor, sent, text=text)
        assert response.status_code == 422
        assert not Correction.objects.exists()

    def test_an_error_of_the_digest_names_its_line(self, sent: Issue, editor: Client) -> None:
        response = post(editor, sent, text=CHANGED.replace("\n\n", "\n\n\x07", 1))
        assert "<strong>Line " in response.text

    @pytest.mark.parametrize("status", UNSENT)
    def test_before_it_is_sent(self, status: IssueStatus, desk: Desk, editor: Client) -> None:
        issue = desk.issue_at(status)
        assert post(editor, issue).status_code == 403
        assert last_of(issue)[:3] == ("correct", True, "mei")
        assert "to correct it must be sent" in editor.get(page_of(issue), follow=True).text
        assert not Correction.objects.exists()

    @pytest.mark.parametrize("role", ["Writers", "Ops"])
    @pytest.mark.parametrize(("name", "action"), [("correct", "correct"), ("withdraw", "withdraw")])
    def test_to_who_may_not(self, role: str, name: str, action: str, sent: Issue) -> None:
        client = signed_in(make_person(role, "somebody"))
        zone = client.get(review_url(sent)).text.partition('id="web"')[2]
        assert page_of(sent, name) not in zone
        assert post(client, sent, name=name).status_code == 403
        assert last_of(sent)[:3] == (action, True, "somebody")
        assert editor_sees(sent)

    def test_to_a_stranger(self, sent: Issue, client: Client) -> None:
        for name in ("correct", "withdraw"):
            assert client.post(page_of(sent, name))["Location"].startswith("/admin/login/")


def editor_sees(issue: Issue) -> bool:
    """Whether the page still is what was mailed."""
    response = Client().get(public(issue))
    return response.status_code == 200 and "甲厂开源小模型" in response.text


class TestWithdrawn:
    def test_the_page_says_why_and_nothing_else(self, sent: Issue, editor: Client) -> None:
        assert "The web page is withdrawn." in post(editor, sent, name="withdraw", note="来源有误").text
        response = editor.get(public(sent))
        assert response.status_code == 410
        assert "来源有误" in response.text
        assert "甲厂" not in response.text
        assert last_of(sent) == ("withdraw", False, "mei", "来源有误")

    def test_it_can_be_shown_again(self, sent: Issue, editor: Client) -> None:
        post(editor, sent, name="withdraw")
        assert "Show the web page again" in editor.get(page_of(sent, "withdraw")).text
        assert "The web page is shown again." in post(editor, sent, name="withdraw", note="").text
        assert editor_sees(sent)
        assert last_of(sent)[0] == "restore"

    def test_not_without_a_note_for_readers(self, sent: Issue, editor: Client) -> None:
        response = post(editor, sent, name="withdraw", note=" ")
        assert (response.status_code, "Say why" in response.text) == (422, True)
        assert editor_sees(sent)

    def test_a_second_withdrawal_of_an_older_page_restores_nothing(self, sent: Issue, editor: Client) -> None:
        seen = str(sent.version)
        post(editor, sent, name="withdraw")
        response = post(editor, sent, name="withdraw", version=seen, note="mine")
        assert "changed since you looked at it" in response.text
        assert "mine" in response.text
        assert editor.get(public(sent)).status_code == 410

    @pytest.mark.parametrize("status", UNSENT)
    def test_not_before_it_is_sent(self, status: IssueStatus, desk: Desk, editor: Client) -> None:
        issue = desk.issue_at(status)
        assert post(editor, issue, name="withdraw").status_code == 403
        assert last_of(issue)[:2] == ("withdraw", True)


class TestZone:
    @pytest.mark.parametrize("status", UNSENT)
    def test_nothing_can_be_done_before_it_is_sent(self, status: IssueStatus, desk: Desk, editor: Client) -> None:
        issue = desk.issue_at(status)
        page = editor.get(review_url(issue)).text
        assert page_of(issue) not in page
        assert ("once the issue is sent" in page) == (status is S.SENDING)

    def test_offers_both_to_who_may(self, sent: Issue, editor: Client) -> None:
        zone = editor.get(review_url(sent)).text.partition('id="web"')[2]
        assert page_of(sent) in zone
        assert page_of(sent, "withdraw") in zone


def test_a_page_that_no_digest_can_say_is_told(sent: Issue, editor: Client) -> None:
    Story.objects.update(title="two\nlines")
    assert "No digest can say what this page says" in editor.get(page_of(sent)).text
