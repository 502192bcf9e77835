from __future__ import annotations

import datetime

import pytest
import time_machine
from django.utils import timezone

from newsletter.delivery import campaigns
from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.management import watching
from newsletter.models import Campaign, CampaignStatus, Delivery, Issue, IssueStatus, Newsletter
from tests.newsletter.desk import SLUG, Desk
from tests.newsletter.management.conftest import Clock
from tests.newsletter.management.running import refused, run, run_json


def test_schedules_now_with_a_minute_to_undo(desk: Desk) -> None:
    desk.approved()
    before = timezone.now()
    said = run("send_issue", SLUG, "--as", "editor")
    campaign = Campaign.objects.get()
    assert said == f"{SLUG} is scheduled; it is sent from {campaign.send_at.isoformat()}.\n"
    assert before <= campaign.send_at <= timezone.now()
    minute = datetime.timedelta(seconds=60)
    assert abs(campaign.undo_until - campaign.send_at - minute) < datetime.timedelta(seconds=1)
    assert campaign.issue.status == IssueStatus.SCHEDULED


def test_no_undo_leaves_no_time_for_it(desk: Desk) -> None:
    desk.approved()
    run("send_issue", SLUG, "--as", "editor", "--no-undo")
    assert Campaign.objects.get().undo_until <= timezone.now()


def test_at_a_time(desk: Desk) -> None:
    desk.approved()
    run("send_issue", SLUG, "--as", "editor", "--at", "2100-01-01T08:00:00+08:00")
    assert Campaign.objects.get().send_at.isoformat() == "2100-01-01T00:00:00+00:00"


def test_at_a_time_of_the_newsletters_zone(desk: Desk) -> None:
    desk.approved()
    Newsletter.objects.update(time_zone="America/New_York")
    with time_machine.travel(datetime.datetime(2025, 11, 26, tzinfo=datetime.UTC), tick=False):
        run("send_issue", SLUG, "--as", "editor", "--at", "2025-11-27T08:00")
    assert Campaign.objects.get().send_at.isoformat() == "2025-11-27T13:00:00+00:00"


def test_with_a_canary(desk: Desk) -> None:
    desk.approved()
    run("send_issue", SLUG, "--as", "editor", "--canary", "50", "--canary-minutes", "10")
    campaign = Campaign.objects.get()
    assert (campaign.canary, campaign.canary_minutes, campaign.awaits_canary) == (50, 10, True)


def test_a_canary_of_nobody_is_refused(desk: Desk) -> None:
    desk.approved()
    assert "at least one recipient" in refused("send_issue", SLUG, "--as", "editor", "--canary", "0")
    assert not Campaign.objects.exists()


def test_json_is_the_campaigns_report(desk: Desk) -> None:
    desk.approved()
    report = run_json("send_issue", SLUG, "--as", "editor")
    assert report == run_json("delivery_status", SLUG)
    assert (report["campaign"], report["status"], report["recipients"]) == (SLUG, "scheduled", None)


class TestWait:
    def test_goes_on_until_the_feedback_is_in(
        self, desk: Desk, gateway: MemoryGateway, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def feedback() -> None:
            if Campaign.objects.get().status == CampaignStatus.FINISHED:
                Delivery.objects.update(delivered_at=timezone.now())

        monkeypatch.setattr(watching, "time", clock)
        clock.on_sleep = [feedback, lambda: run("tick", "--eager")]
        desk.approved()
        desk.readers(["a@example.test", "b@example.test"])
        report = run_json("send_issue", SLUG, "--as", "editor", "--wait")
        assert (report["status"], report["accepted"], report["delivered"], report["awaiting"]) == ("finished", 2, 2, 0)
        assert clock.slept > 55
        assert len(gateway.sent) == 2

    def test_ends_where_a_person_must_act(
        self, desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def hold() -> None:
            Campaign.objects.update(reason="61 minutes late")

        monkeypatch.setattr(watching, "time", clock)
        clock.on_sleep = [hold]
        desk.approved()
        run("send_issue", SLUG, "--as", "editor", "--wait")
        assert f"{SLUG} waits for a person: 61 minutes late" in capsys.readouterr().err

    def test_says_when_nobody_takes_a_due_issue_up(
        self, desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def give_up() -> None:
            if clock.slept > 30:
                campaigns.unschedule(Issue.objects.get(), desk.editor)

        monkeypatch.setattr(watching, "time", clock)
        clock.on_sleep = [give_up]
        desk.approved()
        run("send_issue", SLUG, "--as", "editor", "--no-undo", "--wait")
        told = capsys.readouterr().err
        assert told.count("is due, and no engine takes it up") == 1
        assert "AWS_ENDPOINT_URL_SESV2" in told

    def test_no_time_beyond_the_calendar(self, desk: Desk) -> None:
        desk.approved()
        message = refused("send_issue", SLUG, "--as", "editor", "--at", "9999-12-31T23:59:59-12:00", status=1)
        assert "invalid ISO time value" in message


class TestRefusals:
    def test_of_who_may_not(self, desk: Desk) -> None:
        desk.approved()
        for name in ("writer", "ops"):
            assert f"{name} may not schedule" in refused("send_issue", SLUG, "--as", name)
        assert not Campaign.objects.exists()

    def test_of_what_is_not_approved(self, desk: Desk) -> None:
        desk.in_review()
        message = refused("send_issue", SLUG, "--as", "editor")
        assert message == f"{SLUG} is in_review; to schedule it must be approved."

    def test_of_a_second_time(self, desk: Desk) -> None:
        desk.approved()
        run("send_issue", SLUG, "--as", "editor")
        assert "is scheduled; to schedule it must be approved" in refused("send_issue", SLUG, "--as", "editor")
        assert Campaign.objects.count() == 1

    def test_of_wrong_usage(self, desk: Desk) -> None:
        assert "--as" in refused("send_issue", SLUG)
