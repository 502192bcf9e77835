from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from newsletter.delivery.gateways import Answer, Outcome
from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.models import Campaign, CampaignStatus, Delivery, DeliveryState, Issue, IssueStatus
from tests.newsletter.desk import SLUG, Desk
from tests.newsletter.management.conftest import Clock
from tests.newsletter.management.running import refused, run

ACTIONS = [["pause"], ["resume"], ["release"], ["cancel"], ["resend", "--only", "rejected"]]


def brake(*words: str, user: str = "ops") -> str:
    return run("campaign", SLUG, *words, "--as", user)


def not_done(*words: str, user: str = "ops", status: int = 1) -> str:
    before = list(Campaign.objects.values()), list(Issue.objects.values())
    message = refused("campaign", SLUG, *words, "--as", user, status=status)
    assert (list(Campaign.objects.values()), list(Issue.objects.values())) == before
    return message


@pytest.fixture
def sending(desk: Desk, gateway: MemoryGateway, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    """A campaign with its audience frozen and nothing sent."""
    desk.readers(["a@example.test", "b@example.test"])
    desk.scheduled()
    clock.sleep(61)
    monkeypatch.setattr("newsletter.delivery.queueing.enqueue", lambda batch_id: None)
    run("tick")
    campaign = Campaign.objects.get()
    assert campaign.status == CampaignStatus.SENDING
    return campaign


class TestPause:
    def test_and_resume(self, sending: Campaign) -> None:
        assert brake("pause", "--note", "a wrong link") == f"{SLUG} is paused.\n"
        sending.refresh_from_db()
        assert sending.reason == "a wrong link"
        assert brake("resume") == f"{SLUG} is sending.\n"
        moves = sending.transitions.order_by("pk").values_list("to_status", "user__username", "note")
        assert list(moves)[-2:] == [("paused", "ops", "a wrong link"), ("sending", "ops", "")]

    def test_says_who_where_no_reason_is_given(self, sending: Campaign) -> None:
        brake("pause")
        assert Campaign.objects.get().reason == "paused by ops"

    def test_of_what_is_not_being_sent(self, desk: Desk) -> None:
        desk.scheduled()
        assert not_done("pause") == f"{SLUG} is scheduled; only a sending campaign can be paused."
        assert "only a paused or held campaign can be resumed" in not_done("resume")


class TestRelease:
    def test_lets_the_others_have_it_before_the_canary_is_judged(self, sending: Campaign) -> None:
        Campaign.objects.update(canary=1)
        assert brake("release", "--note", "it was well") == f"{SLUG} is sending.\n"
        sending.refresh_from_db()
        assert not sending.awaits_canary
        transition = sending.transitions.first()
        assert transition is not None
        assert (transition.note, transition.user) == ("it was well", User.objects.get(username="ops"))

    def test_where_nothing_waits(self, sending: Campaign) -> None:
        assert not_done("release") == f"{SLUG} is sending and waits for no canary."


class TestCancel:
    def test_before_anything_was_sent(self, sending: Campaign) -> None:
        assert brake("cancel", "--note", "not today") == f"{SLUG} is cancelled.\n"
        assert Issue.objects.get().status == IssueStatus.APPROVED
        assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SKIPPED}

    def test_twice(self, sending: Campaign) -> None:
        brake("cancel")
        assert not_done("cancel") == f"{SLUG} is cancelled; there is nothing to cancel."


class TestResend:
    def test_what_was_rejected(self, sending: Campaign, gateway: MemoryGateway) -> None:
        reject = Answer(Outcome.REJECTED, code="FAILED")
        gateway._scripts.append(lambda mail, letters: [reject] * len(letters))
        Campaign.objects.get().batches.update(enqueued_at=None)
        run("tick", "--eager")
        assert Campaign.objects.get().status == CampaignStatus.FINISHED
        assert brake("resend", "--only", "in_doubt") == f"{SLUG} is finished. 0 deliveries are pending again.\n"
        assert brake("resend", "--only", "rejected") == f"{SLUG} is sending. 2 deliveries are pending again.\n"
        run("tick", "--eager")
        assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.ACCEPTED}

    def test_before_anything_was_sent(self, desk: Desk) -> None:
        desk.scheduled()
        assert "there is nothing to resend" in not_done("resend", "--only", "rejected")

    def test_needs_to_know_what(self, desk: Desk) -> None:
        desk.scheduled()
        assert "--only rejected" in not_done("resend", status=2)


@pytest.mark.parametrize("words", ACTIONS)
def test_writers_may_not(words: list[str], sending: Campaign) -> None:
    assert "the permission is newsletter." in not_done(*words, user="writer")


@pytest.mark.parametrize("words", ACTIONS)
def test_editors_may_only_cancel(words: list[str], sending: Campaign) -> None:
    if words == ["cancel"]:
        brake("cancel", user="editor")
    else:
        assert "editor may not do this" in not_done(*words, user="editor")


def test_of_no_campaign_is_refused(desk: Desk) -> None:
    assert refused("campaign", SLUG, "pause", "--as", "ops").startswith("There is no campaign")


def test_wrong_usage(desk: Desk) -> None:
    assert "invalid choice" in refused("campaign", SLUG, "stop", "--as", "ops")


def test_only_goes_with_resend(sending: Campaign) -> None:
    assert "--only goes with resend" in not_done("cancel", "--only", "rejected", status=2)
