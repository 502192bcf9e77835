from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from newsletter.delivery import campaigns
from newsletter.models import Campaign, CampaignStatus, Issue, IssueStatus, LatePolicy, Newsletter
from tests.browser import audit
from tests.newsletter.admin.test_schedule import CHOSEN, MINUTE, NOW, address, campaign_of, confirm
from tests.newsletter.desk import Desk
from tests.newsletter.people import make_person, signed_in

C, S = CampaignStatus, IssueStatus
LATER = NOW + datetime.timedelta(hours=14)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def mei(desk: Desk) -> Client:
    return signed_in(make_person("Editors", "mei"))


@pytest.fixture
def ravi(desk: Desk) -> Client:
    return signed_in(make_person("Ops", "ravi"))


def bar(client: Client, issue: Issue) -> str:
    """The zone's HTML; empty where there is none."""
    page = client.get(address(issue, "review")).content.decode()
    found = re.search(r'<section class="zone schedule-bar.*?</section>', page, flags=re.DOTALL)
    return found[0] if found else ""


def said(client: Client, issue: Issue) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bar(client, issue)))


def scheduled(desk: Desk, at: datetime.datetime = LATER) -> Issue:
    issue = desk.approved()
    campaigns.schedule(issue, User.objects.get(username="mei"), at=at)
    return issue


def held(desk: Desk) -> Issue:
    issue = scheduled(desk)
    campaigns.hold(campaign_of(issue), "61 minutes late.")
    return issue


def send_anyway(client: Client, issue: Issue, **changes: object) -> int:
    issue.refresh_from_db()
    posted = {"version": issue.version, **changes}
    return client.post(address(issue, "send_anyway"), posted, follow=True).status_code


class TestShows:
    def test_when_and_by_whom(self, desk: Desk, mei: Client) -> None:
        shown = said(mei, scheduled(desk))
        assert "Thu 27 Nov 2025, 08:00 (UTC+08:00, Asia/Shanghai), in 14 h" in shown
        assert "Scheduled by mei, Wed 26 Nov 2025, 18:00 (UTC+08:00, Asia/Shanghai)" in shown

    def test_in_the_newsletters_own_zone(self, desk: Desk, mei: Client) -> None:
        issue = scheduled(desk)
        Newsletter.objects.update(time_zone="America/New_York")
        assert "Wed 26 Nov 2025, 19:00 (UTC-05:00, America/New_York)" in said(mei, issue)

    def test_until_when_it_can_be_undone(self, desk: Desk, mei: Client, clock: time_machine.Traveller) -> None:
        issue = scheduled(desk)
        clock.shift(18)
        html = bar(mei, issue)
        assert "Nothing is sent until Wed 26 Nov 2025, 18:01:00 (UTC+08:00, Asia/Shanghai)." in said(mei, issue)
        assert 'data-seconds="42"' in html
        assert ">Undo</button>" in html
        clock.shift(42)
        html = bar(mei, issue)
        assert ">Unschedule</button>" in html
        assert "data-seconds" not in html

    def test_the_canary_and_until_when_it_waits(self, desk: Desk, mei: Client) -> None:
        issue = desk.approved()
        campaigns.schedule(issue, User.objects.get(username="mei"), canary=2, canary_minutes=45)
        assert "2 recipients first, as a canary; the others 45 minutes later." in said(mei, issue)
        Campaign.objects.update(status=C.SENDING, candidates=3, recipients=3, canary_until=NOW + 45 * MINUTE)
        waits = "the others wait until Wed 26 Nov 2025, 18:45 (UTC+08:00, Asia/Shanghai)."
        assert waits in said(mei, issue)
        Campaign.objects.update(canary_over_at=NOW)
        assert "canary" not in said(mei, issue)

    def test_that_it_is_due(self, desk: Desk, mei: Client, clock: time_machine.Traveller) -> None:
        issue = scheduled(desk)
        clock.move_to(LATER + 5 * MINUTE)
        shown = said(mei, issue)
        assert "Due: it starts with the engine" in shown
        assert "5 min ago" in shown

    @pytest.mark.parametrize("status", [S.DRAFT, S.IN_REVIEW, S.APPROVED, S.ARCHIVED])
    def test_nothing_where_nothing_is_under_way(self, status: IssueStatus, desk: Desk, mei: Client) -> None:
        assert bar(mei, desk.issue_at(status)) == ""

    @pytest.mark.parametrize(
        ("status", "words"), [(C.PREPARING, "is being sent"), (C.SENDING, "is being sent"), (C.PAUSED, "Paused")]
    )
    def test_the_way_to_the_numbers_while_it_is_sent(
        self, status: CampaignStatus, words: str, desk: Desk, mei: Client
    ) -> None:
        issue = desk.issue_at(S.SENDING)
        Campaign.objects.update(status=status, candidates=1, recipients=1)
        html = bar(mei, issue)
        assert words in html
        assert f'href="/ops/campaigns/{campaign_of(issue).pk}/">Live progress' in html
        assert "<button" not in html
        assert "/ops/" not in bar(signed_in(make_person("Writers")), issue)

    def test_no_numbers_of_what_is_finished(self, desk: Desk, mei: Client) -> None:
        issue = desk.issue_at(S.SENT)
        Campaign.objects.update(status=C.FINISHED, candidates=1, recipients=1)
        assert bar(mei, issue) == ""


class TestUndo:
    def test_takes_it_back(self, desk: Desk, mei: Client) -> None:
        issue = scheduled(desk)
        action = re.search(r'action="([^"]+/step/unschedule/)"', bar(mei, issue))
        version = re.search(r'name="version" value="(\d+)"', bar(mei, issue))
        assert action
        assert version
        mei.post(action[1], {"version": version[1]})
        issue.refresh_from_db()
        assert (issue.status, Campaign.objects.get().status) == (S.APPROVED, C.CANCELLED)

    @pytest.mark.parametrize("role", ["Writers", "Ops"])
    def test_is_not_offered_to_who_may_not(self, role: str, desk: Desk, mei: Client) -> None:
        html = bar(signed_in(make_person(role)), scheduled(desk))
        assert "<button" not in html
        assert "Reschedule" not in html


class TestHeld:
    def test_says_why_and_what_can_be_done(self, desk: Desk, mei: Client) -> None:
        issue = held(desk)
        html = bar(mei, issue)
        assert "Held: it waits for a person" in html
        assert "61 minutes late." in html
        assert ">Unschedule</button>" in html or ">Undo</button>" in html
        assert f'href="{address(issue)}">Reschedule' in html
        assert "Send anyway" not in html

    def test_is_sent_anyway_on_the_word_of_ops(self, desk: Desk, mei: Client, ravi: Client) -> None:
        issue = held(desk)
        html = bar(ravi, issue)
        assert ">Send anyway</button>" in html
        assert "there is no undo" in html
        assert "Unschedule" not in html
        assert send_anyway(ravi, issue) == 200
        campaign = campaign_of(issue)
        assert (campaign.reason, campaign.late_policy) == ("", LatePolicy.SEND)
        audited = campaign.transitions.first()
        assert audited is not None
        assert (str(audited.user), audited.note) == ("ravi", "late, and sent anyway")

    def test_can_be_rescheduled_from_a_time_to_come(
        self, desk: Desk, mei: Client, clock: time_machine.Traveller
    ) -> None:
        issue = held(desk)
        Newsletter.objects.update(usual_time=None)
        clock.move_to(LATER + 61 * MINUTE)
        form = mei.get(address(issue)).context["form"]
        assert str(form["time"].value())[:5] == "10:00"
        confirm(mei, issue, time="12:00")
        campaign = campaign_of(issue)
        assert (campaign.reason, campaign.send_at) == ("", LATER + 4 * 60 * MINUTE)


class TestSendAnywayIsRefused:
    def test_to_who_may_not_pause(self, desk: Desk, mei: Client) -> None:
        issue = held(desk)
        assert send_anyway(mei, issue) == 403
        assert issue.transitions.filter(refused=True, action="send-anyway", user__username="mei").count() == 1
        assert campaign_of(issue).reason

    @pytest.mark.parametrize("status", [S.APPROVED, S.SCHEDULED, S.SENDING])
    def test_where_nothing_is_held(self, status: IssueStatus, desk: Desk, ravi: Client) -> None:
        issue = desk.issue_at(status)
        assert send_anyway(ravi, issue) == 403
        assert issue.transitions.filter(refused=True, action="send-anyway").count() == 1

    def test_of_what_was_not_seen(self, desk: Desk, mei: Client, ravi: Client) -> None:
        issue = held(desk)
        send_anyway(ravi, issue, version="1")
        assert campaign_of(issue).reason

    def test_by_asking(self, desk: Desk, ravi: Client) -> None:
        assert ravi.get(address(desk.approved(), "send_anyway")).status_code == 405


class TestLive:
    def word(self, client: Client, issue: Issue) -> str:
        response = client.get(address(issue, "schedule_live"))
        assert "no-cache" in response["Cache-Control"]
        return response.content.decode()

    def test_changes_with_what_the_bar_shows(self, desk: Desk, mei: Client, clock: time_machine.Traveller) -> None:
        issue = scheduled(desk)
        seen = [self.word(mei, issue)]
        assert f'data-seen="{seen[0]}"' in bar(mei, issue)
        clock.shift(61)
        seen.append(self.word(mei, issue))
        campaigns.hold(campaign_of(issue), "late")
        seen.append(self.word(mei, issue))
        campaigns.unschedule(issue, User.objects.get(username="mei"))
        seen.append(self.word(mei, issue))
        assert len(set(seen)) == 4
        assert self.word(mei, issue) == seen[-1]


@pytest.mark.chromium
@pytest.mark.django_db(transaction=True)
def test_the_pages_are_clean(client: Client) -> None:
    desk = Desk()
    mei = signed_in(make_person("Editors", "mei"))
    issue = desk.approved()
    pages = {
        "/options": mei.get(address(issue)),
        "/wrong": mei.get(address(issue, "schedule_review"), {**CHOSEN, "date": "2025-02-30", "late_minutes": ""}),
        "/final": mei.get(address(issue, "schedule_review"), CHOSEN),
    }
    assert audit({name: page.content.decode() for name, page in pages.items()}) == []
