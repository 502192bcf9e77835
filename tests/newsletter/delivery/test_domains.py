"""Domains with a rate of their own: they never go faster, and nobody else waits for them."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from newsletter.delivery import domains, leases
from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.delivery.ledger import Pending
from newsletter.models import Batch, Campaign, Delivery, DeliveryState, DomainRate
from tests.newsletter.delivery.making import addresses, configure, send, sending, states

pytestmark = [pytest.mark.dialects, pytest.mark.usefixtures("installation")]
S = DeliveryState


@pytest.fixture(autouse=True)
def rates(installation: None) -> None:
    configure(domain_rates_text={"Slow.example": "3", "rare.example": "0.001"})
    domains.prepare()


def at(*names: str) -> list[Pending]:
    return [Pending(position, 0, position, f"r{position}@{name}") for position, name in enumerate(names, 1)]


def positions(chosen: list[Pending]) -> list[int]:
    return [pending.position for pending in chosen]


def moved(campaign: Campaign, domain: str, *of: int) -> None:
    for position in of:
        address = f"r{position}@{domain}"
        Delivery.objects.filter(campaign_id=campaign.pk, position=position).update(address=address)


def set_tat(seconds: float) -> None:
    """When the buckets are empty no more, from now."""
    DomainRate.objects.update(tat=timezone.now().timestamp() + seconds)


def test_a_seconds_worth_goes_and_then_nobody_until_it_is_paid_for() -> None:
    waiting = at(*["slow.example"] * 5)
    assert positions(domains.choose(waiting, 50)) == [1, 2, 3]
    set_tat(+30)
    assert domains.choose(waiting, 50) == []
    set_tat(-1)
    assert len(domains.choose(waiting, 50)) == 3


def test_the_others_fill_the_chunk() -> None:
    waiting = at("slow.example", "a.example", "SLOW.example", "b.example", "rare.example", "rare.example", "c.example")
    assert positions(domains.choose(waiting, 5)) in ([1, 2, 3, 4, 5], [1, 2, 3, 4, 6])
    set_tat(+30)
    assert positions(domains.choose(waiting, 5)) == [2, 4, 7]


def test_a_domain_is_charged_for_no_more_than_the_chunk_takes() -> None:
    assert positions(domains.choose(at(*["slow.example"] * 3, "a.example"), 1)) == [1]
    tat = DomainRate.objects.get(domain="slow.example").tat
    assert tat - timezone.now().timestamp() < 0.4


def test_a_clock_that_was_set_back_costs_nothing() -> None:
    DomainRate.objects.update(tat=timezone.now().timestamp() + 3600)
    assert domains.take("slow.example", 1) == 1


def test_a_domain_that_must_wait_holds_nobody_up() -> None:
    configure(batch_size=4)
    campaign, gateway = sending(8), MemoryGateway()
    moved(campaign, "rare.example", 1, 2, 5)
    send(campaign, gateway)
    assert sorted(states(campaign)) == [S.PENDING] * 2 + [S.ACCEPTED] * 6
    assert {"express-7@example.test", "express-8@example.test"} < set(addresses(gateway))
    waiting = campaign.batches.filter(done_at=None)
    assert waiting.exists()
    for batch in waiting:
        assert batch.not_before is not None
        assert batch.not_before - timezone.now() <= datetime.timedelta(seconds=domains.AGAIN)
    for _ in range(2):
        set_tat(-1)
        Batch.objects.update(not_before=None)
        send(campaign, gateway)
    assert set(states(campaign)) == {S.ACCEPTED}


def test_what_had_to_wait_does_not_come_before_what_was_never_tried() -> None:
    configure(batch_size=2)
    campaign = sending(8)
    Batch.objects.update(enqueued_at=None)
    past = timezone.now() - datetime.timedelta(seconds=5)
    waited = set(campaign.batches.order_by("shuffle").values_list("pk", flat=True)[:2])
    campaign.batches.filter(pk__in=waited).update(not_before=past)
    chosen = leases.to_enqueue(campaign.pk, 4)
    assert set(chosen[2:]) == waited
    assert len(leases.to_enqueue(campaign.pk, 4)) == 0
