"""The canary: who is in it, what is waited for, and what makes the campaign go on or stop."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from newsletter.delivery import campaigns, leases, sampling, sender
from newsletter.delivery.gateways import Outcome
from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.errors import NotPermitted, Refused
from newsletter.models import BounceClass, Campaign, CampaignStatus, Delivery, DeliveryState, StopCause
from tests.newsletter.delivery.making import (
    NOW,
    approved,
    configure,
    editor,
    never,
    ops,
    readers,
    run,
    script,
    send,
    tick,
)

pytestmark = [pytest.mark.dialects, pytest.mark.usefixtures("installation")]
S, C = DeliveryState, CampaignStatus
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def with_canary(recipients: int = 120, canary: int = 30, **options: Any) -> Campaign:
    configure(batch_size=20)
    readers(recipients)
    campaign = campaigns.schedule(approved(), editor(), undo=NOW, canary=canary, **options)
    tick()
    campaign.refresh_from_db()
    return campaign


def waiting(*, gateway: MemoryGateway | None = None, **options: Any) -> Campaign:
    """The canary is sent, and waited for."""
    campaign = with_canary(**options)
    run(campaign, gateway or MemoryGateway())
    tick()
    campaign.refresh_from_db()
    return campaign


def told(campaign: Campaign, count: int = 1, **fields: Any) -> None:
    chosen = Delivery.objects.filter(campaign_id=campaign.pk, state=S.ACCEPTED).values_list("position", flat=True)
    of_them = Delivery.objects.filter(campaign_id=campaign.pk, position__in=list(chosen[:count]))
    of_them.update(**(fields or {"delivered_at": timezone.now()}))


def stands(campaign: Campaign) -> tuple[str, bool]:
    campaign.refresh_from_db()
    return campaign.status, campaign.awaits_canary


def accepted(campaign: Campaign) -> int:
    return Delivery.objects.filter(campaign_id=campaign.pk, state=S.ACCEPTED).count()


# Who


@pytest.mark.parametrize("count", [1, 7, 10, 30, 59, 119])
@pytest.mark.parametrize("recipients", [120, 121, 139])
def test_a_sample_has_its_size_and_comes_from_all_over_the_list(recipients: int, count: int) -> None:
    whole = [(first, min(first + 19, recipients)) for first in range(1, recipients + 1, 20)]
    pieces = sampling.pieces(whole, count, 20)
    assert sum(pieces.values()) == count
    assert all(0 < taken <= last - first + 1 for (first, last), taken in pieces.items())
    assert len(pieces) >= min(count, len(whole)) // 2 + 1


def test_batches_still_cover_everybody_once() -> None:
    campaign = with_canary(recipients=125)
    batches = list(campaign.batches.order_by("first"))
    assert [position for batch in batches for position in range(batch.first, batch.last + 1)] == list(range(1, 126))
    assert sum(batch.last - batch.first + 1 for batch in batches if batch.canary) == 30
    assert sorted(batch.number for batch in batches) == sorted(batch.shuffle for batch in batches)


@pytest.mark.parametrize("canary", [None, 120, 500])
def test_without_others_nothing_is_waited_for(canary: int | None) -> None:
    campaign = with_canary(canary=canary)  # type: ignore[arg-type]
    assert not campaign.batches.filter(canary=True).exists()
    assert not campaign.awaits_canary
    run(campaign, MemoryGateway())
    tick()
    assert stands(campaign) == (C.FINISHED, False)


@pytest.mark.parametrize("options", [{"canary": 0}, {"canary": 5, "canary_minutes": 0}])
def test_no_canary_is_of_nobody_or_waits_for_nothing(options: dict[str, int]) -> None:
    readers(3)
    with pytest.raises(Refused, match="at least one"):
        campaigns.schedule(approved(), editor(), **options)  # type: ignore[arg-type]


# First those, then nobody


def test_only_the_canary_is_enqueued_and_sent_until_the_wait_is_over(clock: time_machine.Traveller) -> None:
    campaign = waiting()
    assert (accepted(campaign), stands(campaign)) == (30, (C.SENDING, True))
    assert campaign.canary_until == timezone.now() + 30 * MINUTE
    assert "waiting until" in campaign.transitions.first().note  # type: ignore[union-attr]
    told(campaign, 30)
    clock.shift(29 * MINUTE)
    assert tick() == []
    assert send(campaign, MemoryGateway()) == 0
    clock.shift(MINUTE)
    assert tick() != []
    assert stands(campaign) == (C.SENDING, False)
    run(campaign, MemoryGateway())
    tick()
    assert (accepted(campaign), stands(campaign)) == (120, (C.FINISHED, False))


def test_a_message_for_another_batch_is_ignored_meanwhile() -> None:
    campaign = with_canary()
    other = campaign.batches.filter(canary=False)[0]
    assert sender.send_batch(other.pk, MemoryGateway(), never) == 0
    assert leases.take(other.pk, "worker") is None


def test_the_wait_begins_when_all_of_the_canary_is_sent(clock: time_machine.Traveller) -> None:
    campaign = with_canary()
    first = campaign.batches.filter(canary=True)[0]
    sender.send_batch(first.pk, MemoryGateway(), never)
    clock.shift(5 * MINUTE)
    tick()
    campaign.refresh_from_db()
    assert campaign.canary_until is None


def test_a_canary_outlives_a_killed_worker(clock: time_machine.Traveller) -> None:
    campaign = with_canary()
    lost = campaign.batches.filter(canary=True)[0]
    leases.take(lost.pk, "killed")
    run(campaign, MemoryGateway())
    clock.shift(2 * MINUTE)
    assert tick() == [lost.pk]
    run(campaign, MemoryGateway())
    tick()
    assert (accepted(campaign), stands(campaign)) == (30, (C.SENDING, True))
    campaign.refresh_from_db()
    assert campaign.canary_until == timezone.now() + 30 * MINUTE


# What stops it


def judged(campaign: Campaign, clock: time_machine.Traveller) -> str:
    clock.shift(30 * MINUTE)
    tick()
    campaign.refresh_from_db()
    assert (campaign.status == C.PAUSED) == (campaign.cause == StopCause.BRAKES)
    return campaign.reason


def hard() -> dict[str, Any]:
    return {"bounced_at": timezone.now(), "bounce_class": BounceClass.HARD}


def test_fewer_bad_results_are_enough_of_a_few_recipients(clock: time_machine.Traveller) -> None:
    campaign = waiting()
    told(campaign, 3, **hard())
    assert judged(campaign, clock).startswith("The canary: 3 of 30 accepted mails bounced hard (10.00 %)")
    assert accepted(campaign) == 30


def test_two_complaints_stop_it(clock: time_machine.Traveller) -> None:
    campaign = waiting()
    told(campaign, 2, delivered_at=timezone.now(), complained_at=timezone.now())
    assert "2 of 30 accepted mails complained" in judged(campaign, clock)


@pytest.mark.parametrize("complaints", [0, 1])
def test_a_slip_or_two_do_not(clock: time_machine.Traveller, complaints: int) -> None:
    campaign = waiting()
    told(campaign, 30)
    told(campaign, 2, **hard())
    told(campaign, complaints, complained_at=timezone.now())
    assert judged(campaign, clock) == ""
    assert stands(campaign) == (C.SENDING, False)


def test_a_canary_of_which_nothing_is_heard_proves_nothing(clock: time_machine.Traveller) -> None:
    assert "SES has told nothing of its 30 mails" in judged(waiting(), clock)


def test_a_canary_that_ses_refused_proves_nothing(clock: time_machine.Traveller) -> None:
    gateway = MemoryGateway(*[script(Outcome.REJECTED)] * 20)
    assert "SES accepted none" in judged(waiting(gateway=gateway), clock)


def test_who_resumes_after_a_bad_canary_has_judged_it(clock: time_machine.Traveller) -> None:
    campaign = waiting()
    told(campaign, 10, **hard())
    judged(campaign, clock)
    campaigns.resume(campaign, ops())
    tick()
    assert stands(campaign) == (C.SENDING, False)
    run(campaign, MemoryGateway())
    tick()
    assert (accepted(campaign), stands(campaign)[0]) == (120, C.FINISHED)


# An operator's word


def test_an_operator_releases_it_early() -> None:
    campaign = waiting()
    campaigns.release(campaign, ops())
    assert campaign.transitions.first().user == ops()  # type: ignore[union-attr]
    run(campaign, MemoryGateway())
    assert accepted(campaign) == 120
    with pytest.raises(Refused, match="waits for no canary"):
        campaigns.release(campaign, ops())


def test_a_paused_campaign_may_be_released_and_still_is_paused() -> None:
    campaign = waiting()
    campaigns.pause(campaign, ops(), "wait")
    campaigns.release(campaign, ops())
    assert stands(campaign) == (C.PAUSED, False)


def test_who_may_not_pause_may_not_release() -> None:
    campaign = waiting()
    with pytest.raises(NotPermitted):
        campaigns.release(campaign, editor())
    assert campaign.awaits_canary


def test_a_cancelled_canary_sends_to_nobody_else() -> None:
    campaign = waiting()
    campaigns.cancel(campaign, ops())
    assert Delivery.objects.filter(campaign_id=campaign.pk, state=S.SKIPPED).count() == 90


def test_a_pause_outlasts_the_wait(clock: time_machine.Traveller) -> None:
    campaign = waiting()
    told(campaign, 30)
    campaigns.pause(campaign, ops(), "wait")
    clock.shift(60 * MINUTE)
    assert tick() == []
    assert stands(campaign) == (C.PAUSED, True)
    campaigns.resume(campaign, ops())
    tick()
    assert stands(campaign) == (C.SENDING, False)
