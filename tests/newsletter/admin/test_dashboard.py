from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from newsletter.models import Campaign, DeliveryState, IssueStatus, Newsletter, SecondPerson
from tests.factories import IssueFactory, NewsletterFactory
from tests.newsletter.people import make_person, signed_in
from tests.newsletter.reports.rows import add, make_campaign

pytestmark = pytest.mark.django_db
S = IssueStatus
NOW = timezone.now()
BLOCKS = ("review", "own", "waiting", "approved", "sending", "scheduled", "sent", "expected")
SENDING = {"sending", "scheduled", "sent", "expected"}
SEES = {
    "Writers": set(BLOCKS) - {"review"},
    "Editors": set(BLOCKS),
    "Ops": SENDING,
    None: set(),
}


def page(client: Client, path: str = "/admin/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def block(html: str, name: str) -> str:
    found = re.search(rf'<section[^>]*aria-labelledby="desk-{name}".*?</section>', html)
    assert found, name
    return found[0]


def polling(html: str) -> str | None:
    found = re.search(r'hx-get="([^"]+)" hx-trigger="every \d+s"', html)
    return found[1] if found else None


@pytest.fixture
def editor() -> Client:
    return signed_in(make_person("Editors", "mei"))


class TestBlocks:
    @pytest.mark.parametrize("role", SEES)
    def test_each_role_sees_its_own(self, role: str | None) -> None:
        html = page(signed_in(make_person(role)))
        assert set(re.findall(r'<h2 id="desk-(\w+)"', html)) == SEES[role]

    def test_stand_above_the_list_of_tables(self, editor: Client) -> None:
        html = page(editor)
        assert html.index("desk-expected") < html.index("app-newsletter")

    def test_say_so_when_they_are_empty(self, editor: Client) -> None:
        Newsletter.objects.update(usual_time=None)
        html = page(editor)
        for name in BLOCKS:
            assert 'class="none"' in block(html, name)

    def test_an_issue_is_with_who_it_waits_for(self, editor: Client) -> None:
        mei = User.objects.get()
        theirs = IssueFactory.create(title="Theirs", status=S.IN_REVIEW)
        mine = IssueFactory.create(
            title="Mine", status=S.IN_REVIEW, submitted_by=mei, newsletter__second_person=SecondPerson.ALWAYS
        )
        IssueFactory.create(title="Asked", status=S.CHANGES_REQUESTED, last_editor=mei)
        html = page(editor)
        assert f'href="/admin/newsletter/issue/{theirs.pk}/review/">Theirs' in block(html, "review")
        assert f'href="/admin/newsletter/issue/{mine.pk}/review/">Mine' in block(html, "waiting")
        assert "changes requested</span>" in block(html, "own")
        assert "Mine" not in block(html, "review")

    def test_approved_ones_wait_to_be_scheduled(self, editor: Client) -> None:
        make_campaign("cancelled", started_at=None, issue=(issue := IssueFactory.create(title="Ready")))
        type(issue).objects.update(status=S.APPROVED)
        assert "Ready" in block(page(editor), "approved")

    def test_no_block_has_a_form(self) -> None:
        make_campaign("scheduled")
        for role in ("Writers", "Editors", "Ops"):
            html = page(signed_in(make_person(role)))
            assert "<form" not in html[html.index('class="desk"') : html.index('id="content-main"')]


class TestSending:
    def test_a_scheduled_one_says_the_day_and_the_hour_in_its_newsletters_zone(self) -> None:
        issue = IssueFactory.create(newsletter__time_zone="America/New_York")
        make_campaign("scheduled", issue=issue, send_at=datetime.datetime(2026, 11, 5, 1, tzinfo=datetime.UTC))
        with time_machine.travel("2026-11-04T15:00+00:00", tick=False):
            html = page(signed_in(make_person("Writers")))
        assert "Wed 4 Nov 2026, 20:00 (UTC-05:00, America/New_York), in 10 h" in block(html, "scheduled")

    def test_a_held_one_says_why(self, editor: Client) -> None:
        make_campaign("scheduled", reason="It is 83 minutes late.")
        html = block(page(editor), "scheduled")
        assert "held" in html
        assert "83 minutes late" in html

    def test_one_being_sent_shows_how_far_it_is(self, editor: Client) -> None:
        campaign = make_campaign()
        add(campaign, 3)
        add(campaign, 1, state=DeliveryState.PENDING)
        html = block(page(editor), "sending")
        assert '<progress max="100" value="75"' in html
        assert "of 4 recipients" in html
        assert f'href="/ops/campaigns/{campaign.pk}/"' in html

    def test_what_was_sent_shows_what_became_of_it(self, editor: Client) -> None:
        campaign = make_campaign("finished", finished_at=NOW)
        add(campaign, 96, delivered_at=NOW)
        add(campaign, 3, bounced_at=NOW, bounce_class=1)
        add(campaign, 1, delivered_at=NOW, complained_at=NOW)
        html = block(page(editor), "sent")
        assert re.findall(r'<td class="n">([^<]+)</td>', html) == ["100", "97.0%", "3", "1"]
        assert f'href="/ops/campaigns/{campaign.pk}/"' in html

    def test_numbers_and_operations_are_for_who_may_see_campaigns(self) -> None:
        add(make_campaign(), 3)
        add(make_campaign("finished", finished_at=NOW), 3)
        html = page(signed_in(make_person("Writers")))
        assert "<progress" not in html
        assert "/ops/" not in html
        assert 'class="n"' not in html


class TestLive:
    def test_the_numbers_move(self, editor: Client) -> None:
        campaign = make_campaign()
        add(campaign, 1)
        path = polling(page(editor))
        assert path
        add(campaign, 1, state=DeliveryState.PENDING)
        moved = page(editor, path)
        assert 'value="50"' in moved
        assert "<html" not in moved
        assert polling(moved) == path

    def test_nothing_is_asked_for_while_nothing_moves(self, editor: Client) -> None:
        make_campaign("finished")
        assert polling(page(editor)) is None

    def test_the_page_is_asked_for_anew_when_a_status_changes(self, editor: Client) -> None:
        make_campaign()
        path = polling(page(editor)) or ""
        Campaign.objects.update(status="paused")
        assert editor.get(path)["HX-Refresh"] == "true"

    def test_the_page_is_asked_for_anew_when_nobody_is_signed_in(self, editor: Client) -> None:
        make_campaign()
        path = polling(page(editor)) or ""
        assert Client().get(path)["HX-Refresh"] == "true"
        assert "HX-Refresh" in signed_in(make_person("Editors", staff=False)).get(path)

    def test_is_for_who_may_look_at_issues(self) -> None:
        assert signed_in(make_person(None)).get("/admin/newsletter/issue/live/").status_code == 403
        assert signed_in(make_person("Ops")).post("/admin/newsletter/issue/live/").status_code == 405

    def test_only_this_page_of_the_admin_loads_a_script_for_it(self, editor: Client) -> None:
        assert "htmx" in page(editor)
        assert "htmx" not in page(editor, "/admin/newsletter/issue/")


class TestExpected:
    @pytest.fixture(autouse=True)
    def _paper(self, db: None) -> Iterator[None]:
        self.paper: Newsletter = NewsletterFactory.create(name="Express", usual_time=datetime.time(8))
        with time_machine.travel("2026-11-04T07:45+08:00", tick=False):
            yield

    def shown(self, status: IssueStatus | None = None) -> str:
        if status:
            IssueFactory.create(newsletter=self.paper, status=status, date_start=datetime.date(2026, 11, 4))
        return block(page(signed_in(make_person("Ops"))), "expected")

    def test_says_when_and_warns_that_there_is_no_issue(self) -> None:
        html = self.shown()
        assert "Wed 4 Nov 2026, 08:00 (UTC+08:00, Asia/Shanghai), in 15 min" in html
        assert "less than 30 minutes away, and there is no issue." in html

    def test_warns_that_the_issue_is_not_approved(self) -> None:
        html = self.shown(S.IN_REVIEW)
        assert "in review</span>" in html
        assert "less than 30 minutes away, and it isn&#x27;t approved." in html or "it isn't approved." in html

    def test_warns_on_after_its_time(self) -> None:
        with time_machine.travel("2026-11-04T09:00+08:00", tick=False):
            html = self.shown(S.IN_REVIEW)
            assert "Its usual time has passed, and it isn't approved." in html
            assert "1 h ago" in html

    def test_has_nothing_to_warn_of_before(self) -> None:
        with time_machine.travel("2026-11-04T07:00+08:00", tick=False):
            assert "Warning" not in self.shown(S.IN_REVIEW)


@pytest.mark.parametrize("count", [2, 12])
def test_the_number_of_issues_costs_no_queries(count: int, editor: Client, django_assert_num_queries: Any) -> None:
    mei = User.objects.get()
    make_person("Editors", "lan")
    for _ in range(count):
        for status in (S.IN_REVIEW, S.DRAFT, S.CHANGES_REQUESTED):
            IssueFactory.create(status=status, last_editor=mei, submitted_by=mei)
        for sending in ("sending", "paused", "scheduled", "finished"):
            add(make_campaign(sending), 2)
    with django_assert_num_queries(21):
        page(editor)
