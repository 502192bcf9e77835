from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from newsletter.delivery import engine
from newsletter.delivery.gateways import CallFailed, Failure
from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.management.commands import tick
from newsletter.models import Campaign, CampaignStatus, Delivery, DeliveryState, Issue, IssueStatus
from subscribers import suppression
from subscribers.addresses import normalise
from subscribers.models import SuppressionReason
from tests.newsletter.desk import Desk
from tests.newsletter.management.conftest import Clock
from tests.newsletter.management.running import run

READERS = [f"reader{number}@example.test" for number in range(5)]


@pytest.fixture
def due(desk: Desk, gateway: MemoryGateway, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Issue:
    """An issue for four of five readers, whose time to undo is over."""
    monkeypatch.setattr(tick, "time", clock)
    desk.readers(READERS)
    suppression.suppress([normalise(READERS[0])], SuppressionReason.COMPLAINT)
    issue = desk.scheduled()
    clock.sleep(61)
    return issue


def states() -> list[int]:
    return sorted(Delivery.objects.values_list("state", flat=True))


def test_one_pass_hands_the_work_to_the_workers(due: Issue, monkeypatch: pytest.MonkeyPatch) -> None:
    enqueued: list[int] = []
    monkeypatch.setattr("newsletter.delivery.queueing.enqueue", enqueued.append)
    run("tick")
    campaign = Campaign.objects.get()
    assert campaign.status == CampaignStatus.SENDING
    assert enqueued == list(campaign.batches.values_list("pk", flat=True))
    assert states() == [DeliveryState.PENDING] * 4


def test_eager_sends_without_a_worker(due: Issue, gateway: MemoryGateway) -> None:
    run("tick", "--eager")
    campaign = Campaign.objects.get()
    assert (campaign.status, campaign.recipients, campaign.candidates) == (CampaignStatus.FINISHED, 4, 5)
    assert sorted(letter.address for _, letter in gateway.sent) == READERS[1:]
    due.refresh_from_db()
    assert due.status == IssueStatus.SENT


def test_until_idle_ends_when_nothing_is_left(due: Issue, gateway: MemoryGateway, clock: Clock) -> None:
    slept = clock.slept
    run("tick", "--eager", "--until-idle")
    assert states() == [DeliveryState.ACCEPTED] * 4
    assert clock.slept - slept <= tick.IDLE_PASSES


def test_until_idle_waits_for_what_was_throttled(due: Issue, gateway: MemoryGateway) -> None:
    def throttle(*_: Any) -> Any:
        raise CallFailed(Failure.THROTTLED, "TooManyRequestsException", "slow down")

    gateway._scripts += [throttle, throttle]
    run("tick", "--eager", "--until-idle")
    assert states() == [DeliveryState.ACCEPTED] * 4
    assert Campaign.objects.get().status == CampaignStatus.FINISHED
    assert len(gateway.sent) == 4


def test_until_idle_ends_where_sending_is_switched_off(due: Issue, gateway: MemoryGateway, settings: Any) -> None:
    settings.SUDI = dataclasses.replace(settings.SUDI, sending_enabled=False)
    run("tick", "--eager", "--until-idle")
    assert Campaign.objects.get().status == CampaignStatus.SCHEDULED
    assert gateway.sent == []


def test_does_nothing_before_the_time_to_undo_is_over(desk: Desk, gateway: MemoryGateway) -> None:
    desk.readers(READERS)
    desk.scheduled()
    run("tick", "--eager")
    assert Campaign.objects.get().status == CampaignStatus.SCHEDULED
    assert gateway.sent == []


def test_withholds_what_changed_since_its_approval(due: Issue, gateway: MemoryGateway) -> None:
    Issue.objects.update(subject="别的")
    run("tick", "--eager")
    campaign = Campaign.objects.get()
    assert campaign.status == CampaignStatus.CANCELLED
    assert "Approve it again" in campaign.reason
    assert Issue.objects.get().status == IssueStatus.APPROVED
    assert gateway.sent == []


class TestWhyNothingIsSent:
    @pytest.fixture(autouse=True)
    def off(self, gateway: MemoryGateway, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.SUDI = dataclasses.replace(settings.SUDI, sending_enabled=False)
        monkeypatch.setattr(engine, "_said", {})

    def test_is_said_once_in_a_while(self, due: Issue, caplog: pytest.LogCaptureFixture) -> None:
        run("tick", "--eager", "--until-idle")
        assert caplog.text.count("nothing is sent: Sending is switched off") == 1

    def test_is_not_said_where_nothing_would_be(self, desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
        desk.approved()
        run("tick", "--eager", "--until-idle")
        assert caplog.text == ""
