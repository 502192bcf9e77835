"""Doubts that end for want of a trace: what proves that an event would have come."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
import time_machine
from django.utils import timezone

from newsletter.delivery import campaigns, leases, sender, traces
from newsletter.delivery.gateways import CallFailed, Failure
from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.models import Campaign, DeliveryState, SendRate
from tests.newsletter.delivery.making import (
    configure,
    delivery,
    failing,
    never,
    ops,
    put,
    run,
    send,
    sending,
    states,
    tick,
)

pytestmark = [pytest.mark.dialects, pytest.mark.usefixtures("installation")]
S = DeliveryState
GRACE, HOUR = datetime.timedelta(hours=6), datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def campaign(clock: time_machine.Traveller) -> Campaign:
    """One doubt, of a call made just now."""
    campaign = sending(3)
    put(campaign, S.IN_DOUBT, attempt=1, submitted_at=timezone.now())
    return campaign


def has_doubts(campaign: Campaign) -> bool:
    return campaign.batches.get().has_doubts


def test_a_doubt_with_no_trace_is_rejected_after_the_grace(campaign: Campaign, clock: time_machine.Traveller) -> None:
    clock.shift(HOUR)
    traces.seen(timezone.now())
    assert traces.settle(GRACE) == 0
    clock.shift(GRACE)
    assert traces.settle(GRACE) == 1
    row = delivery(campaign)
    assert (row.state, row.code, row.settled_at) == (S.REJECTED, "no_trace", timezone.now())
    assert not has_doubts(campaign)
    assert traces.settle(GRACE) == 0


def test_a_doubt_stays_while_ses_has_told_of_no_later_call(campaign: Campaign, clock: time_machine.Traveller) -> None:
    clock.shift(2 * GRACE)
    assert traces.settle(GRACE) == 0  # of none at all
    traces.seen(timezone.now() - 2 * GRACE)
    assert traces.settle(GRACE) == 0  # of none that was later
    assert (delivery(campaign).state, has_doubts(campaign)) == (S.IN_DOUBT, True)


def test_an_earlier_call_takes_nothing_back(campaign: Campaign, clock: time_machine.Traveller) -> None:
    clock.shift(HOUR)
    traces.seen(timezone.now())
    traces.seen(timezone.now() - 2 * HOUR)
    traces.seen(None)
    assert SendRate.objects.get().traced_at == timezone.now()


def test_only_the_old_ones_settle(campaign: Campaign, clock: time_machine.Traveller) -> None:
    clock.shift(GRACE)
    put(campaign, S.IN_DOUBT, position=2, attempt=1, submitted_at=timezone.now())
    clock.shift(HOUR)
    traces.seen(timezone.now())
    assert traces.settle(GRACE) == 1
    assert states(campaign) == [S.REJECTED, S.IN_DOUBT, S.PENDING]
    assert has_doubts(campaign)


def test_a_doubt_that_an_event_or_a_person_ended_is_looked_for_once(
    campaign: Campaign, clock: time_machine.Traveller
) -> None:
    clock.shift(HOUR)
    assert campaigns.resend(campaign, ops(), "in_doubt") == 1
    clock.shift(GRACE)
    traces.seen(timezone.now())
    assert traces.settle(GRACE) == 0
    assert not has_doubts(campaign)


# Every doubt is known to its batch


def test_an_answer_that_never_came(clock: time_machine.Traveller) -> None:
    campaign = sending(3)
    send(campaign, MemoryGateway(failing(CallFailed(Failure.IN_DOUBT, "ReadTimeoutError", ""))))
    assert (states(campaign), has_doubts(campaign)) == ([S.IN_DOUBT] * 3, True)


def test_a_worker_that_was_killed(clock: time_machine.Traveller) -> None:
    campaign = sending(3)
    leases.take(campaign.batches.get().pk, "killed")
    put(campaign, S.SUBMITTING, attempt=1, submitted_at=timezone.now())
    clock.shift(HOUR)
    tick()
    assert (delivery(campaign).state, has_doubts(campaign)) == (S.IN_DOUBT, True)


def test_a_claim_that_nobody_owns_any_more(clock: time_machine.Traveller) -> None:
    campaign = sending(3)
    put(campaign, S.SUBMITTING, attempt=1, submitted_at=timezone.now() - HOUR)
    sender.send_batch(campaign.batches.get().pk, MemoryGateway(), never)
    assert (delivery(campaign).state, has_doubts(campaign)) == (S.IN_DOUBT, True)


def test_where_nothing_was_ever_in_doubt_the_ledger_is_not_read(statements: list[str]) -> None:
    campaign = sending(3)
    run(campaign, MemoryGateway())
    del statements[:]
    assert traces.settle(datetime.timedelta(0)) == 0
    assert len(statements) == 1
    assert "newsletter_delivery" not in statements[0]


def test_one_pass_looks_at_a_bounded_number_of_batches(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traces, "MOST", 2)
    configure(batch_size=1)
    campaign = sending(3)
    for position in (1, 2, 3):
        put(campaign, S.IN_DOUBT, position=position, attempt=1, submitted_at=timezone.now())
    clock.shift(GRACE + HOUR)
    traces.seen(timezone.now())
    assert [traces.settle(GRACE) for _ in range(3)] == [2, 1, 0]
