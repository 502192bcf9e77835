from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from newsletter import workflow
from newsletter.admin import schedule
from newsletter.delivery import campaigns, engine
from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.models import (
    Campaign,
    CampaignStatus,
    Issue,
    IssueStatus,
    IssueTransition,
    LatePolicy,
    Newsletter,
    SendRate,
    Story,
)
from subscribers import subscriptions
from subscribers.consent import Evidence
from subscribers.models import Subscription
from tests.newsletter.desk import Desk
from tests.newsletter.people import make_person, signed_in

C, S = CampaignStatus, IssueStatus
NOW = datetime.datetime(2025, 11, 26, 10, 0, tzinfo=datetime.UTC)  # 18:00 in Shanghai, a Wednesday
MINUTE, HOUR = datetime.timedelta(minutes=1), datetime.timedelta(hours=1)
CHOSEN = {"when": "at", "date": "2025-11-27", "time": "08:00", "late_policy": "hold", "late_minutes": "60"}
CANARY = {"canary": "2", "canary_minutes": "45"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def mei(desk: Desk) -> Client:
    return signed_in(make_person("Editors", "mei"))


def address(issue: Issue, name: str = "schedule") -> str:
    return reverse(f"admin:newsletter_issue_{name}", args=[issue.pk])


def text(response: Any) -> str:
    body = re.sub(r"<script.*?</script>|<style.*?</style>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def final(client: Client, issue: Issue, **changes: str) -> Any:
    return client.get(address(issue, "schedule_review"), {**CHOSEN, **changes})


def confirm(client: Client, issue: Issue, **changes: Any) -> Any:
    """The last step as the final review's own form posts it."""
    issue.refresh_from_db()
    seen = issue.approved_rendition.hash if issue.approved_rendition else ""
    posted = {**CHOSEN, "version": issue.version, "rendition": seen, **changes}
    return client.post(address(issue, "schedule_review"), posted, follow=True)


def campaign_of(issue: Issue) -> Campaign:
    campaign = campaigns.live_campaign(issue)
    assert campaign is not None
    return campaign


def zone_is(name: str) -> None:
    Newsletter.objects.update(time_zone=name)


class TestOptions:
    def test_start_from_the_newsletters_next_usual_time(self, desk: Desk, mei: Client) -> None:
        Newsletter.objects.update(usual_time="07:30", usual_days="5")
        page = mei.get(address(desk.approved())).content.decode()
        assert 'value="2025-11-28"' in page
        assert 'value="07:30"' in page
        assert "In the newsletter's time zone, Asia/Shanghai." in page.replace("&#x27;", "'")

    def test_or_from_the_next_full_hour(self, desk: Desk, mei: Client, clock: time_machine.Traveller) -> None:
        Newsletter.objects.update(usual_time=None)
        clock.shift(MINUTE)
        page = mei.get(address(desk.approved())).content.decode()
        assert 'value="2025-11-26"' in page
        assert 'value="19:00"' in page

    def test_hold_what_is_an_hour_late(self, desk: Desk, mei: Client) -> None:
        form = mei.get(address(desk.approved())).context["form"]
        assert (form["late_policy"].value(), form["late_minutes"].value()) == (LatePolicy.HOLD, 60)

    def test_show_the_audience(self, desk: Desk, mei: Client) -> None:
        desk.readers(f"r{n}@example.test" for n in range(3))
        assert "AI行业速递: 3 recipients, as things stand now." in text(mei.get(address(desk.approved())))

    def test_are_shown_again_as_they_were_typed(self, desk: Desk, mei: Client) -> None:
        issue = desk.approved()
        back = final(mei, issue, time="09:15", late_minutes="7").context["back_to_options"]
        page = mei.get(back)
        form = page.context["form"]
        assert (form["time"].value(), form["late_minutes"].value(), form.errors) == ("09:15", "7", {})
        assert 'value="09:15"' in page.content.decode()

    @pytest.mark.parametrize(
        ("changes", "field", "said"),
        [
            ({"when": ""}, "when", "required"),
            ({"when": "soon"}, "when", "Select a valid choice"),
            ({"date": ""}, "date", "Needed, to send it at a time."),
            ({"time": ""}, "time", "Needed, to send it at a time."),
            ({"date": "2025-02-30"}, "date", "Enter a valid date."),
            ({"date": "27/11/2025"}, "date", "Enter a valid date."),
            ({"time": "25:00"}, "time", "Enter a valid time."),
            ({"date": "2025-11-26"}, "time", "has passed"),
            ({"date": "0001-01-01"}, "time", "has passed"),
            ({"date": "2052-11-27"}, "time", "is the year right?"),
            ({"date": "9999-12-31"}, "time", "is the year right?"),
            ({"late_policy": ""}, "late_policy", "required"),
            ({"late_minutes": ""}, "late_minutes", "Say after how many minutes"),
            ({"late_minutes": "0"}, "late_minutes", "greater than or equal to 1"),
            ({"late_minutes": "1441"}, "late_minutes", "less than or equal to 1440"),
            ({"late_minutes": "1e3"}, "late_minutes", "whole number"),
            ({"canary": "0"}, "canary", "greater than or equal to 1"),
            ({"canary": "9" * 30}, "canary", "less than or equal to 1000000"),
            ({"canary": "5", "canary_minutes": ""}, "canary_minutes", "Say how many minutes to wait."),
            ({"canary": "5", "canary_minutes": "0"}, "canary_minutes", "greater than or equal to 1"),
        ],
    )
    def test_what_can_not_be_is_said_beside_its_field(
        self, changes: dict[str, str], field: str, said: str, desk: Desk, mei: Client
    ) -> None:
        issue = desk.approved()
        for response in (final(mei, issue, **changes), confirm(mei, issue, **changes)):
            assert response.status_code == 200
            assert said in str(response.context["form"].errors[field])
            assert said in text(response)
            assert response.context["form"]["late_policy"].value() == {**CHOSEN, **changes}["late_policy"]
        assert not Campaign.objects.exists()

    def test_a_time_that_the_clocks_skip_names_its_neighbours(self, desk: Desk, mei: Client) -> None:
        issue = desk.approved()
        zone_is("America/New_York")
        said = text(final(mei, issue, date="2026-03-08", time="02:30"))
        assert "01:59 (UTC-05:00, America/New_York)" in said
        assert "03:00 (UTC-04:00, America/New_York)" in said

    def test_a_time_that_comes_twice_asks_which(self, desk: Desk, mei: Client) -> None:
        issue = desk.approved()
        zone_is("America/New_York")
        twice = {"date": "2026-11-01", "time": "01:30"}
        page = final(mei, issue, **twice)
        offered = re.findall(r'name="offset" value="([^"]+)"', page.content.decode())
        assert offered == ["UTC-04:00", "UTC-05:00"]
        chosen = final(mei, issue, **twice, offset="UTC-05:00")
        assert "Sun 1 Nov 2026, 01:30 (UTC-05:00, America/New_York)" in text(chosen)
        confirm(mei, issue, **twice, offset="UTC-05:00")
        assert campaign_of(issue).send_at == datetime.datetime(2026, 11, 1, 6, 30, tzinfo=datetime.UTC)

    def test_no_minutes_are_needed_for_what_is_sent_anyway(self, desk: Desk, mei: Client) -> None:
        response = final(mei, desk.approved(), late_policy="send", late_minutes="")
        assert "sent anyway, however late" in text(response)

    def test_no_date_is_needed_for_now(self, desk: Desk, mei: Client) -> None:
        assert "Send now" in final(mei, desk.approved(), when="now", date="", time="").content.decode()


class TestFinalReview:
    def test_says_who_when_what_and_how_long(self, desk: Desk, mei: Client) -> None:
        desk.readers(f"r{n}@example.test" for n in range(5))
        left = Subscription.objects.all()[0]
        subscriptions.unsubscribe(left, Evidence(source="test"))
        SendRate.objects.update(max_send_rate=0.01, max_24_hour_send=50000, sent_last_24_hours=0)
        issue = desk.approved()
        said = text(final(mei, issue))
        assert "4 recipients" in said
        assert "5 candidates = 4 recipients + 1 unsubscribed" in said
        assert "Thu 27 Nov 2025, 08:00 (UTC+08:00, Asia/Shanghai), in 14 h" in said
        assert issue.approved_rendition is not None
        for part in (issue.approved_rendition.subject, issue.approved_rendition.hash[:12]):
            assert part in said
        assert "AI行业速递 &lt;express@sudi.example&gt;" in said
        assert "Takes about 7 min" in said  # 4 / (0.01 × 0.9)
        assert "held, when it is more than 60 minutes late" in said
        assert "Nothing is sent in the first 60 seconds." in said
        assert not Campaign.objects.exists()

    def test_the_rate_is_what_is_left_of_it(self, desk: Desk, mei: Client) -> None:
        desk.readers(f"r{n}@example.test" for n in range(9))
        SendRate.objects.update(max_send_rate=1, slowdown=0.05)
        assert "Takes about 3 min" in text(final(mei, desk.approved()))  # 9 / (1 × 0.9 × 0.05)

    def test_now_is_when_it_can_not_be_undone_any_more(self, desk: Desk, mei: Client) -> None:
        said = text(final(mei, desk.approved(), when="now"))
        assert "at Wed 26 Nov 2025, 18:01 (UTC+08:00, Asia/Shanghai)" in said

    @pytest.mark.parametrize(
        ("quota", "warned"), [((10, 8), "too little by 1 recipient,"), ((2, 8), "by 3"), ((-1, 8), ""), ((11, 8), "")]
    )
    def test_warns_where_the_days_quota_is_too_little(
        self, quota: tuple[int, int], warned: str, desk: Desk, mei: Client
    ) -> None:
        desk.readers(f"r{n}@example.test" for n in range(3))
        SendRate.objects.update(max_send_rate=5, max_24_hour_send=quota[0], sent_last_24_hours=quota[1])
        said = text(final(mei, desk.approved()))
        assert ("SES's quota for the day" in said.replace("&#x27;", "'")) == bool(warned)
        assert warned in said

    def test_warns_where_nobody_would_get_it(self, desk: Desk, mei: Client) -> None:
        said = text(final(mei, desk.approved()))
        assert "Nobody would get it." in said
        assert "quota is not known yet" in said
        assert "Nothing is sent from here at present." in said  # development, without a sandbox

    def test_says_how_many_are_sent_first(self, desk: Desk, mei: Client) -> None:
        desk.readers(f"r{n}@example.test" for n in range(3))
        issue = desk.approved()
        said = text(final(mei, issue, **CANARY))
        assert "2 recipients first; the others 45 minutes later, unless the results are bad" in said
        assert "whole audience" not in said
        assert "whole audience" in text(final(mei, issue, **{**CANARY, "canary": "3"}))
        assert "none: everybody at once" in text(final(mei, issue))

    def test_warns_where_ses_sends_nothing(self, desk: Desk, mei: Client) -> None:
        SendRate.objects.update(sending_enabled=False)
        assert "allow this account to send" in text(final(mei, desk.approved()))

    def test_asks_as_much_of_the_database_for_many_readers(self, desk: Desk, mei: Client) -> None:
        issue = desk.approved()
        counts = []
        for people in (range(1, 3), range(3, 40)):
            desk.readers(f"r{n}@example.test" for n in people)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                final(mei, issue)
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestConfirmed:
    def test_makes_the_campaign(self, desk: Desk, mei: Client) -> None:
        issue = desk.approved()
        response = confirm(mei, issue, late_minutes="15")
        campaign = campaign_of(issue)
        assert campaign.send_at == datetime.datetime(2025, 11, 27, 0, 0, tzinfo=datetime.UTC)
        assert (campaign.late_policy, campaign.late_minutes) == (LatePolicy.HOLD, 15)
        assert (campaign.canary, campaign.canary_minutes) == (None, 30)
        assert campaign.undo_until == NOW + campaigns.undo_window()
        assert campaign.transitions.get().user == User.objects.get(username="mei")
        assert "Scheduled: Thu 27 Nov 2025, 08:00 (UTC+08:00, Asia/Shanghai), in 14 h." in text(response)
        assert response.redirect_chain[-1][0].endswith("/review/#scheduled")

    def test_with_a_canary(self, desk: Desk, mei: Client) -> None:
        issue = desk.approved()
        confirm(mei, issue, **CANARY)
        campaign = campaign_of(issue)
        assert (campaign.canary, campaign.canary_minutes) == (2, 45)
        form = mei.get(address(issue)).context["form"]  # to be scheduled anew
        assert (form["canary"].value(), form["canary_minutes"].value()) == (2, 45)

    def test_now_has_its_minute_to_undo(self, desk: Desk, mei: Client) -> None:
        issue = desk.approved()
        confirm(mei, issue, when="now")
        campaign = campaign_of(issue)
        assert (campaign.send_at, campaign.undo_until) == (NOW, NOW + MINUTE)

    def test_more_readers_meanwhile_are_no_problem(self, desk: Desk, mei: Client) -> None:
        issue = desk.approved()
        final(mei, issue)
        desk.readers(["late@example.test"])
        confirm(mei, issue)
        assert campaign_of(issue).status == C.SCHEDULED

    def test_a_time_that_passed_meanwhile_is_asked_for_again(
        self, desk: Desk, mei: Client, clock: time_machine.Traveller
    ) -> None:
        issue = desk.approved()
        clock.shift(15 * HOUR)
        response = confirm(mei, issue)
        assert "has passed" in text(response)
        assert 'value="2025-11-27"' in response.content.decode()
        assert not Campaign.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"version": 1}, "changed since you looked at it"),
            ({"version": ""}, "changed since you looked at it"),
            ({"rendition": "0" * 64}, "approved again since you looked at it"),
            ({"rendition": ""}, "approved again since you looked at it"),
        ],
    )
    def test_what_was_not_seen_is_not_scheduled_and_nothing_typed_is_lost(
        self, changes: dict[str, Any], said: str, desk: Desk, mei: Client
    ) -> None:
        issue = desk.approved()
        response = confirm(mei, issue, time="09:15", **changes)
        assert said in text(response)
        assert response.context["form"]["time"].value() == "09:15"
        assert not Campaign.objects.exists()

    def test_twice_makes_one_campaign(self, desk: Desk, mei: Client) -> None:
        issue = desk.approved()
        version = issue.version
        confirm(mei, issue)
        response = confirm(mei, issue, version=version)
        assert "changed since you looked at it" in text(response)
        assert Campaign.objects.count() == 1


class TestRefusals:
    @pytest.mark.parametrize("role", ["Writers", "Ops"])
    def test_of_who_may_not_schedule(self, role: str, desk: Desk) -> None:
        issue, client = desk.approved(), signed_in(make_person(role, "wen"))
        assert not schedule.offered(issue, User.objects.get(username="wen"))
        for page in (address(issue), address(issue, "schedule_review")):
            response = client.get(page, CHOSEN, follow=True)
            assert "the permission is newsletter.schedule_issue" in text(response)
        response = confirm(client, issue)
        assert response.status_code == 403
        audited = IssueTransition.objects.filter(refused=True).values_list("action", "user__username")
        assert list(audited) == [("schedule", "wen")]
        assert not Campaign.objects.exists()

    @pytest.mark.parametrize("status", sorted({*S} - {S.APPROVED, S.SCHEDULED}))
    def test_in_a_status_that_allows_none(self, status: IssueStatus, desk: Desk, mei: Client) -> None:
        issue = desk.issue_at(status)
        assert not schedule.offered(issue, User.objects.get(username="mei"))
        assert mei.get(address(issue))["Location"].endswith("/review/")
        before = Campaign.objects.count()
        response = confirm(mei, issue)
        assert (response.status_code, issue.status) == (403, status)
        assert "must be approved" in text(response)
        assert issue.transitions.filter(refused=True, action="schedule").count() == 1
        assert Campaign.objects.count() == before

    def test_of_an_approval_that_went_stale_with_its_reason(self, desk: Desk, mei: Client) -> None:
        issue = desk.approved()
        assert schedule.offered(issue, User.objects.get(username="mei"))
        Story.objects.update(title="别的")
        issue.refresh_from_db()
        assert not schedule.offered(issue, User.objects.get(username="mei"))
        assert "Approve it again." in text(mei.get(address(issue), follow=True))
        response = confirm(mei, issue)
        assert response.status_code == 403
        assert "Approve it again." in text(response)
        assert issue.transitions.filter(refused=True, action="schedule").count() == 1

    def test_of_strangers_and_of_who_sees_no_issues(self, desk: Desk) -> None:
        issue = desk.approved()
        for page in (address(issue), address(issue, "schedule_review"), address(issue, "schedule_live")):
            assert Client().get(page)["Location"].startswith("/admin/login/")
            assert signed_in(make_person(None)).get(page).status_code == 403

    def test_of_another_site(self, desk: Desk) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(make_person("Editors"))
        assert client.post(address(desk.approved(), "schedule_review"), CHOSEN).status_code == 403

    def test_of_other_methods(self, desk: Desk, mei: Client) -> None:
        assert mei.post(address(desk.approved()), CHOSEN).status_code == 405

    def test_there_is_no_such_issue(self, mei: Client) -> None:
        assert mei.get(reverse("admin:newsletter_issue_schedule", args=[999])).status_code == 404


class TestScheduledAnew:
    def test_starts_from_what_stands_and_replaces_it(self, desk: Desk, mei: Client) -> None:
        issue = desk.approved()
        confirm(mei, issue, late_policy="send")
        old = campaign_of(issue)
        page = mei.get(address(issue))
        form = page.context["form"]
        assert (str(form["time"].value())[:5], form["late_policy"].value()) == ("08:00", "send")
        assert "It is scheduled for Thu 27 Nov 2025, 08:00" in text(page)
        confirm(mei, issue, date="2025-11-28")
        new, old = campaign_of(issue), Campaign.objects.get(pk=old.pk)
        assert (old.status, new.status, new.send_at - old.send_at) == (C.CANCELLED, C.SCHEDULED, 24 * HOUR)
        noted = issue.transitions.order_by("pk").values_list("action", "note")
        assert list(noted)[-3:] == [("schedule", ""), ("unschedule", "scheduled anew"), ("schedule", "")]

    def test_is_refused_once_it_is_being_sent(self, desk: Desk, mei: Client) -> None:
        issue = desk.scheduled()
        campaigns.move(campaign_of(issue), (C.SCHEDULED,), C.PREPARING, None, "")
        response = confirm(mei, issue)
        assert response.status_code == 403
        assert "is being sent already" in text(response)

    def test_keeps_what_stands_where_the_new_one_is_refused(
        self, desk: Desk, mei: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        issue = desk.scheduled()
        before = campaign_of(issue)
        asked: list[int] = []

        def stale_the_second_time(issue: Issue) -> list[str]:
            asked.append(issue.pk)
            return ["gone stale."] if len(asked) == 2 else []

        monkeypatch.setattr(workflow, "sending_problems", stale_the_second_time)
        assert "Gone stale." in text(confirm(mei, issue))
        assert campaign_of(issue) == before
        issue.refresh_from_db()
        assert issue.status == S.SCHEDULED


class TestLatePolicy:
    """What was chosen, as the engine acts on it."""

    @pytest.fixture(autouse=True)
    def sending(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("newsletter.delivery.guard.check", lambda: None)
        monkeypatch.setattr("newsletter.delivery.snapshot.one_moment", lambda: None)

    def started(self, issue: Issue) -> Campaign:
        engine.tick(MemoryGateway(), lambda _batch: None)
        return campaign_of(issue)

    def late_by(self, clock: time_machine.Traveller, late: datetime.timedelta) -> None:
        clock.move_to(datetime.datetime(2025, 11, 27, 0, 0, tzinfo=datetime.UTC) + late)

    @pytest.mark.parametrize(("minutes", "held"), [(0, False), (15, False), (16, True), (24 * 60, True)])
    def test_hold_asks_when_it_is_late(
        self, minutes: int, held: bool, desk: Desk, mei: Client, clock: time_machine.Traveller
    ) -> None:
        desk.readers(["a@example.test"])
        issue = desk.approved()
        confirm(mei, issue, late_minutes="15")
        self.late_by(clock, minutes * MINUTE)
        campaign = self.started(issue)
        assert campaign.status == (C.SCHEDULED if held else C.SENDING)
        assert bool(campaign.reason) == held

    def test_send_anyway_sends_however_late(self, desk: Desk, mei: Client, clock: time_machine.Traveller) -> None:
        desk.readers(["a@example.test"])
        issue = desk.approved()
        confirm(mei, issue, late_policy="send", late_minutes="1")
        self.late_by(clock, 48 * HOUR)
        assert self.started(issue).status == C.SENDING

    def test_nothing_starts_before_its_time(self, desk: Desk, mei: Client, clock: time_machine.Traveller) -> None:
        issue = desk.approved()
        confirm(mei, issue)
        self.late_by(clock, -MINUTE)
        assert self.started(issue).status == C.SCHEDULED
