"""The crash table, row by row: a real process is killed by SIGKILL, and the next owner finds and does what it says."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from newsletter.delivery import leases, sender
from newsletter.delivery.faults import Point
from newsletter.events import applying, door
from newsletter.models import Campaign, CampaignStatus, DeliveryEvent, DeliveryState
from tests.newsletter.delivery.dying import WrittenGateway, killed
from tests.newsletter.delivery.making import (
    configure,
    deliveries,
    delivery,
    never,
    readers,
    run,
    scheduled,
    sending,
    states,
    tick,
)
from tests.newsletter.events.telling import told

pytestmark = [
    pytest.mark.dialects,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("installation"),
]
S = DeliveryState
GRACE = datetime.timedelta(hours=6)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def gateway(tmp_path: Path) -> WrittenGateway:
    return WrittenGateway(tmp_path / "accepted")


@pytest.fixture
def campaign(clock: time_machine.Traveller) -> Campaign:
    configure(batch_size=2)
    return sending(4)


def kill_a_worker(campaign: Campaign, gateway: WrittenGateway, at: Point | None) -> None:
    """It works on the first of two batches, of two recipients each."""
    batch = campaign.batches.get(number=0)
    killed(lambda: sender.send_batch(batch.pk, gateway, never), at=at)


def let_the_lease_end(clock: time_machine.Traveller) -> None:
    clock.shift(datetime.timedelta(seconds=91))
    tick()


def apply(*texts: str) -> None:
    door.store(list(texts))
    applying.apply_pending()


def everybody_once(campaign: Campaign, gateway: WrittenGateway) -> bool:
    return sorted(gateway.record) == sorted(row.address for row in deliveries(campaign))


@pytest.mark.parametrize("point", ["leased", "renewing", "claiming"])
def test_killed_before_the_claim_is_committed(
    campaign: Campaign, gateway: WrittenGateway, clock: time_machine.Traveller, point: Point
) -> None:
    kill_a_worker(campaign, gateway, point)
    assert [(row.state, row.attempt) for row in deliveries(campaign)] == [(S.PENDING, 0)] * 4
    let_the_lease_end(clock)
    run(campaign, gateway)
    assert states(campaign) == [S.ACCEPTED] * 4
    assert everybody_once(campaign, gateway)


def test_killed_after_the_claim_before_the_call_leaves(
    campaign: Campaign, gateway: WrittenGateway, clock: time_machine.Traveller
) -> None:
    kill_a_worker(campaign, gateway, "claimed")
    assert states(campaign)[:2] == [S.SUBMITTING] * 2
    assert gateway.record == []
    let_the_lease_end(clock)
    assert states(campaign)[:2] == [S.IN_DOUBT] * 2
    run(campaign, gateway)
    apply(told("Delivery", delivery(campaign, 3)))
    clock.shift(GRACE)
    tick()
    assert [(row.state, row.code) for row in deliveries(campaign)[:2]] == [(S.REJECTED, "no_trace")] * 2
    assert gateway.record == [row.address for row in deliveries(campaign)[2:]]


def test_killed_while_the_answer_is_on_its_way(
    campaign: Campaign, gateway: WrittenGateway, clock: time_machine.Traveller, tmp_path: Path
) -> None:
    kill_a_worker(campaign, WrittenGateway(tmp_path / "accepted", dies=True), None)
    settled_by_its_events(campaign, gateway, clock)


def test_killed_before_the_answer_is_written(
    campaign: Campaign, gateway: WrittenGateway, clock: time_machine.Traveller
) -> None:
    kill_a_worker(campaign, gateway, "answered")
    settled_by_its_events(campaign, gateway, clock)


def settled_by_its_events(campaign: Campaign, gateway: WrittenGateway, clock: time_machine.Traveller) -> None:
    assert states(campaign)[:2] == [S.SUBMITTING] * 2
    assert len(gateway.record) == 2
    let_the_lease_end(clock)
    assert states(campaign)[:2] == [S.IN_DOUBT] * 2
    run(campaign, gateway)
    apply(*(told("Send", row) for row in deliveries(campaign)[:2]))
    assert states(campaign) == [S.ACCEPTED] * 4
    assert everybody_once(campaign, gateway)


@pytest.mark.parametrize("point", ["written", "releasing"])
def test_killed_after_the_answer_is_written(
    campaign: Campaign, gateway: WrittenGateway, clock: time_machine.Traveller, point: Point
) -> None:
    kill_a_worker(campaign, gateway, point)
    assert states(campaign)[:2] == [S.ACCEPTED] * 2
    let_the_lease_end(clock)
    assert campaign.batches.get(number=0).done_at is not None
    run(campaign, gateway)
    assert everybody_once(campaign, gateway)


@pytest.mark.parametrize("point", ["freezing", "frozen"])
def test_an_engine_killed_in_the_freeze_freezes_once(clock: time_machine.Traveller, point: Point) -> None:
    readers(3)
    campaign = scheduled()
    killed(tick, at=point)
    campaign.refresh_from_db()
    assert (campaign.status, len(deliveries(campaign))) == {
        "freezing": (CampaignStatus.PREPARING, 0),
        "frozen": (CampaignStatus.SENDING, 3),
    }[point]
    tick()
    campaign.refresh_from_db()
    assert (campaign.status, campaign.recipients, len(deliveries(campaign))) == (CampaignStatus.SENDING, 3, 3)


def test_an_engine_killed_while_it_recovers_recovers_again(
    campaign: Campaign, gateway: WrittenGateway, clock: time_machine.Traveller
) -> None:
    kill_a_worker(campaign, gateway, "claimed")
    clock.shift(datetime.timedelta(seconds=91))
    killed(leases.recover, at="recovering")
    assert states(campaign)[:2] == [S.SUBMITTING] * 2
    assert leases.recover() == 1
    assert states(campaign)[:2] == [S.IN_DOUBT] * 2


@pytest.mark.parametrize(("point", "left"), [("applying", 2), ("applied", 0)])
def test_an_engine_killed_while_it_applies_events_loses_none(
    campaign: Campaign, gateway: WrittenGateway, point: Point, left: int
) -> None:
    run(campaign, gateway)
    door.store([told("Send", delivery(campaign, 1)), told("Bounce", delivery(campaign, 2))])
    killed(applying.apply_pending, at=point)
    assert DeliveryEvent.objects.filter(applied_at=None).count() == left
    applying.apply_pending()
    assert delivery(campaign, 2).bounced_at is not None
    assert DeliveryEvent.objects.filter(applied_at=None).count() == 0
