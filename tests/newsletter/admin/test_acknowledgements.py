from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from newsletter.models import Acknowledgement, Issue, IssueStatus, Story
from tests.newsletter.desk import Desk
from tests.newsletter.digest.samples import STORY, digest
from tests.newsletter.people import make_person, signed_in

S = IssueStatus
INSECURE = STORY.replace("https://", "http://")
TEXT = digest(INSECURE)


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
    return html[html.index('id="findings"') :].partition("</section>")[0]


def keys(html: str) -> list[str]:
    return re.findall(r'name="finding" value="(\w+)"', html)


def acknowledge(client: Client, issue: Issue, key: str, reason: str = "the site has no other") -> Any:
    return client.post(
        reverse("admin:newsletter_issue_acknowledge", args=[issue.pk]), {"finding": key, "reason": reason}
    )


def take_back(client: Client, issue: Issue, key: str) -> Any:
    return client.post(reverse("admin:newsletter_issue_take_back", args=[issue.pk]), {"finding": key})


class TestTheZone:
    def test_counts_each_group(self, writer: Client, desk: Desk) -> None:
        html = zone(writer, desk.draft(TEXT))
        assert 'class="warnings">Warnings <span class="count">2</span>' in html
        assert "Notes" in html
        assert "is a link without encryption" in html
        assert "Try the same address with https://." in html

    def test_links_each_finding_to_where_it_is_mended(self, writer: Client, desk: Desk) -> None:
        issue = desk.draft(TEXT)
        Issue.objects.update(subject="很长的主题" * 10)
        desk.newsletter.theme = {"accent": "#eeeeee"}
        desk.newsletter.save()
        html = zone(writer, issue)
        story = reverse("admin:newsletter_story_change", args=[Story.objects.get().pk])
        assert f'href="{story}#sources-group"' in html
        assert f'href="{reverse("admin:newsletter_issue_change", args=[issue.pk])}#id_subject"' in html
        newsletter = reverse("admin:newsletter_newsletter_change", args=[desk.newsletter.pk])
        assert f'href="{newsletter}#id_theme"' in html

    def test_links_what_the_import_found_to_its_line(self, writer: Client, desk: Desk) -> None:
        issue = desk.draft(digest(STORY.replace("**内容简介：**", "**奇怪标签：** 没人认识。\n**内容简介：**")))
        markdown = reverse("admin:newsletter_issue_markdown", args=[issue.pk])
        assert re.search(rf'href="{markdown}#line-\d+">line \d+', zone(writer, issue))

    def test_links_to_no_page_that_they_may_not_open(self, ops: Client, desk: Desk) -> None:
        html = zone(ops, desk.draft(TEXT))
        assert "story 1, sources" in html
        assert reverse("admin:newsletter_story_change", args=[Story.objects.get().pk]) not in html

    def test_offers_nothing_that_would_be_refused(self, writer: Client, ops: Client, desk: Desk) -> None:
        issue = desk.draft(TEXT)
        assert len(keys(zone(writer, issue))) == 2
        assert keys(zone(ops, issue)) == []
        Issue.objects.update(status=S.ARCHIVED)
        assert keys(zone(writer, issue)) == []

    def test_says_so_where_nothing_was_found(self, writer: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("newsletter.inspection.inspect", lambda *_: ())
        assert "Pre-flight found nothing." in zone(writer, desk.draft(TEXT))

    def test_escapes_what_a_digest_says(self, writer: Client, desk: Desk) -> None:
        issue = desk.draft(digest(INSECURE.replace("http://b.example/2", "http://b.example/<img>")))
        assert "<img>" not in zone(writer, issue)

    def test_asks_as_many_queries_however_much_was_found(self, writer: Client, desk: Desk) -> None:
        counts = []
        for stories in (1, 12):
            issue = desk.draft(digest(*[INSECURE] * stories))
            with CaptureQueriesContext(connection) as queries:
                writer.get(page(issue))
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestAcknowledging:
    def test_moves_the_warning_with_who_and_why(self, writer: Client, desk: Desk) -> None:
        issue = desk.draft(TEXT)
        key = keys(zone(writer, issue))[0]
        response = acknowledge(writer, issue, key, "<b>so be it</b>")
        assert response["Location"] == page(issue) + "#findings"
        html = zone(writer, issue)
        assert 'class="warnings">Warnings <span class="count">1</span>' in html
        assert 'Acknowledged warnings <span class="count">1</span>' in html
        assert "&lt;b&gt;so be it&lt;/b&gt;" in html
        assert "wen ·" in html

    def test_is_taken_back(self, writer: Client, desk: Desk) -> None:
        issue = desk.draft(TEXT)
        key = keys(zone(writer, issue))[0]
        acknowledge(writer, issue, key)
        assert take_back(writer, issue, key).status_code == 302
        assert "Acknowledged warnings" not in zone(writer, issue)
        assert "is open already" in follow(writer, take_back(writer, issue, key))

    @pytest.mark.parametrize(("reason", "why"), [(" ", "This field is required"), ("长" * 1001, "at most 1000")])
    def test_without_a_fitting_reason_asks_again(self, reason: str, why: str, writer: Client, desk: Desk) -> None:
        issue = desk.draft(TEXT)
        key = keys(zone(writer, issue))[0]
        html = acknowledge(writer, issue, key, reason).content.decode()
        assert why in html
        assert "is a link without encryption" in html
        assert reason.strip() in html
        assert keys(html) == [key]
        assert not Acknowledgement.objects.exists()

    def test_of_what_is_not_there_any_more_says_so(self, writer: Client, desk: Desk) -> None:
        issue = desk.draft(TEXT)
        for reason in ("so be it", ""):
            assert "no such warning any more" in follow(writer, acknowledge(writer, issue, "0" * 64, reason))

    def test_is_refused_and_audited_for_who_may_not(self, writer: Client, ops: Client, desk: Desk) -> None:
        issue = desk.draft(TEXT)
        key = keys(zone(writer, issue))[0]
        assert acknowledge(ops, issue, key).status_code == 403
        assert take_back(ops, issue, key).status_code == 403
        refused = issue.transitions.filter(refused=True).order_by("pk").values_list("action", "user__username")
        assert list(refused) == [("acknowledge", "ravi"), ("take-back", "ravi")]

    def test_is_refused_once_it_is_sent(self, writer: Client, desk: Desk) -> None:
        issue = desk.issue_at(S.SENT)
        assert acknowledge(writer, issue, "0" * 64).status_code == 403
        assert take_back(writer, issue, "0" * 64).status_code == 403

    def test_is_posted(self, writer: Client, desk: Desk) -> None:
        issue = desk.draft(TEXT)
        for name in ("acknowledge", "take_back"):
            assert writer.get(reverse(f"admin:newsletter_issue_{name}", args=[issue.pk])).status_code == 405

    def test_is_for_people_of_the_desk(self, client: Client, desk: Desk) -> None:
        issue = desk.draft(TEXT)
        assert acknowledge(client, issue, "x")["Location"].startswith("/admin/login/")
        assert acknowledge(signed_in(make_person(None)), issue, "x").status_code == 403


def follow(client: Client, response: Any) -> str:
    return str(client.get(response["Location"]).content.decode())
