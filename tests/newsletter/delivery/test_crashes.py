"""A worker dies at each boundary; the next owner finds, and does, what the design's table says."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from newsletter.delivery import leases, ledger, sender
from newsletter.delivery.gateways import Answer, Letter, Mail, Outcome
from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.delivery.letters import Desk
from newsletter.events import applying, door
from newsletter.models import Batch, Campaign, CampaignStatus, DeliveryState
from tests.newsletter.delivery.making import (
    claim,
    configure,
    deliveries,
    delivery,
    failing,
    never,
    run,
    script,
    send,
    sending,
    states,
    tick,
)
from tests.newsletter.events.telling import told

pytestmark = [pytest.mark.dialects, pytest.mark.usefixtures("installation")]
S = DeliveryState
GRACE = datetime.timedelta(hours=6)


class Death(BaseException):
    """kill -9, as seen from inside: nothing after it runs, and nothing catches it."""


def die(*_: Any, **__: Any) -> Any:
    raise Death


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def campaign(clock: time_machine.Traveller) -> Campaign:
    configure(batch_size=2)
    return sending(4)


def kill_one_sending(campaign: Campaign, gateway: MemoryGateway) -> Batch:
    batch = campaign.batches.get(number=0)
    with pytest.raises(Death):
        sender.send_batch(batch.pk, gateway, never)
    assert batch.pk not in tick()  # its lease still holds
    return batch


def let_the_lease_end(clock: time_machine.Traveller) -> list[int]:
    clock.shift(datetime.timedelta(seconds=91))
    return tick()


def apply(*texts: str) -> None:
    door.store(list(texts))
    applying.apply_pending()


def test_before_the_claim_is_committed(
    campaign: Campaign, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = MemoryGateway()
    with monkeypatch.context() as patch:
        patch.setattr(Desk, "letter", die)
        batch = kill_one_sending(campaign, gateway)
    assert [(row.state, row.attempt) for row in deliveries(campaign)] == [(S.PENDING, 0)] * 4
    assert batch.pk in let_the_lease_end(clock)
    run(campaign, gateway)
    assert states(campaign) == [S.ACCEPTED] * 4
    assert len(gateway.sent) == 4


def test_after_the_claim_before_the_call_leaves(campaign: Campaign, clock: time_machine.Traveller) -> None:
    gateway = MemoryGateway(failing(Death()))
    kill_one_sending(campaign, gateway)
    assert states(campaign)[:2] == [S.SUBMITTING] * 2
    let_the_lease_end(clock)
    assert states(campaign)[:2] == [S.IN_DOUBT] * 2
    run(campaign, gateway)
    assert [letter.address for _, letter in gateway.sent] == [row.address for row in deliveries(campaign)[2:]]
    tick()
    campaign.refresh_from_db()
    assert campaign.status == CampaignStatus.FINISHED
    apply(told("Delivery", delivery(campaign, 3)))  # a later call has had its events, and this one none
    clock.shift(GRACE)
    tick()
    assert [(row.state, row.code) for row in deliveries(campaign)[:2]] == [(S.REJECTED, "no_trace")] * 2


def test_while_the_answer_is_on_its_way(campaign: Campaign, clock: time_machine.Traveller) -> None:
    def accepted_then_killed(mail: Mail, letters: Sequence[Letter]) -> list[Answer]:
        gateway.accept(mail, letters)
        raise Death

    gateway = MemoryGateway(accepted_then_killed)
    kill_one_sending(campaign, gateway)
    let_the_lease_end(clock)
    assert states(campaign)[:2] == [S.IN_DOUBT] * 2
    apply(*(told("Send", row) for row in deliveries(campaign)[:2]))
    run(campaign, gateway)
    assert states(campaign) == [S.ACCEPTED] * 4
    assert len(gateway.sent) == 4  # nobody twice


def test_before_the_answer_is_written(
    campaign: Campaign, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = MemoryGateway()
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "answer", die)
        kill_one_sending(campaign, gateway)
    assert states(campaign)[:2] == [S.SUBMITTING] * 2
    apply(told("Send", delivery(campaign, 1)))  # before anybody has noticed the loss
    let_the_lease_end(clock)
    assert states(campaign)[:2] == [S.ACCEPTED, S.IN_DOUBT]
    apply(told("Delivery", delivery(campaign, 2)))
    run(campaign, gateway)
    assert states(campaign) == [S.ACCEPTED] * 4
    assert len(gateway.sent) == 4


def test_after_the_answer_is_written(
    campaign: Campaign, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = MemoryGateway()
    with monkeypatch.context() as patch:
        patch.setattr(leases, "release", die)
        batch = kill_one_sending(campaign, gateway)
    assert states(campaign)[:2] == [S.ACCEPTED] * 2
    assert batch.pk not in let_the_lease_end(clock)
    batch.refresh_from_db()
    assert (batch.lease_until, batch.lease_owner) == (None, "")
    assert batch.done_at is not None


def test_half_a_batch_that_was_lost_is_sent_by_the_next_owner(clock: time_machine.Traveller) -> None:
    campaign = sending(120)

    gateway = MemoryGateway(script(Outcome.ACCEPTED), failing(Death()))
    kill_one_sending(campaign, gateway)
    assert let_the_lease_end(clock) == [campaign.batches.get().pk]
    send(campaign, gateway)
    assert states(campaign) == [S.ACCEPTED] * 50 + [S.IN_DOUBT] * 50 + [S.ACCEPTED] * 20


def test_a_lease_that_ends_under_a_slow_worker_loses_no_answer(
    campaign: Campaign, clock: time_machine.Traveller
) -> None:
    def slow(mail: Mail, letters: Sequence[Letter]) -> list[Answer]:
        let_the_lease_end(clock)
        assert states(campaign)[:2] == [S.IN_DOUBT] * 2
        return gateway.accept(mail, letters)

    gateway = MemoryGateway(slow)
    run(campaign, gateway)
    assert states(campaign) == [S.ACCEPTED] * 4
    assert len(gateway.sent) == 4


def test_a_claim_of_a_worker_without_a_lease_is_not_left_submitting(
    campaign: Campaign, clock: time_machine.Traveller
) -> None:
    """It was renewed, froze until the lease was another's, claimed, and died: no lease is left to run out."""
    assert claim(campaign, [1])
    gateway = MemoryGateway()
    send(campaign, gateway)
    assert states(campaign) == [S.SUBMITTING] + [S.ACCEPTED] * 3
    assert campaign.batches.get(number=0).done_at is None
    clock.shift(datetime.timedelta(seconds=91))
    send(campaign, gateway)
    assert states(campaign) == [S.IN_DOUBT] + [S.ACCEPTED] * 3
    assert campaign.batches.get(number=0).done_at is not None


def test_a_clock_that_jumps_back_only_delays(campaign: Campaign, clock: time_machine.Traveller) -> None:
    gateway = MemoryGateway(failing(Death()))
    kill_one_sending(campaign, gateway)
    clock.shift(datetime.timedelta(hours=-1))
    tick()
    assert states(campaign)[:2] == [S.SUBMITTING] * 2
    clock.shift(datetime.timedelta(hours=1))
    let_the_lease_end(clock)
    run(campaign, gateway)
    assert states(campaign) == [S.IN_DOUBT] * 2 + [S.ACCEPTED] * 2
