from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
import time_machine
from django.utils import timezone

from newsletter.delivery import campaigns, leases
from newsletter.models import Batch, Campaign, DeliveryState
from tests.newsletter.delivery.making import configure, ops, put, sending, states, tick

pytestmark = [pytest.mark.dialects, pytest.mark.usefixtures("installation")]
S = DeliveryState
SECOND = datetime.timedelta(seconds=1)
LEASE = 90 * SECOND


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def campaign(clock: time_machine.Traveller) -> Campaign:
    configure(batch_size=2)
    return sending(4)


@pytest.fixture
def batch(campaign: Campaign) -> Batch:
    return campaign.batches.get(number=0)


def taken(batch: Batch, owner: str = "one") -> Batch:
    lease = leases.take(batch.pk, owner)
    assert lease is not None
    return lease


def accept_all(campaign: Campaign) -> None:
    for position in (1, 2):
        put(campaign, S.ACCEPTED, position=position, attempt=1)


def test_a_batch_is_leased_to_one_worker(batch: Batch) -> None:
    lease = taken(batch)
    assert (lease.lease_owner, lease.lease_until) == ("one", timezone.now() + LEASE)
    assert leases.take(batch.pk, "two") is None


def test_a_lease_is_kept_by_renewing(batch: Batch, clock: time_machine.Traveller) -> None:
    lease = taken(batch)
    for _ in range(5):
        clock.shift(80 * SECOND)
        assert leases.recover() == 0
        assert leases.renew(lease)


def test_a_lost_lease_is_not_renewed_and_its_release_changes_nothing(
    batch: Batch, clock: time_machine.Traveller
) -> None:
    lost = taken(batch)
    clock.shift(LEASE + SECOND)
    assert leases.recover() == 1
    now_its = taken(batch, "two")
    assert not leases.renew(lost)
    leases.release(lost)
    batch.refresh_from_db()
    assert (batch.lease_owner, batch.lease_until) == ("two", now_its.lease_until)


@pytest.mark.parametrize("state", [S.PENDING, S.SUBMITTING])
def test_a_released_batch_with_work_left_is_enqueued_again(
    campaign: Campaign, batch: Batch, state: DeliveryState
) -> None:
    accept_all(campaign)
    put(campaign, state, position=2, attempt=1, submitted_at=timezone.now())
    leases.release(taken(batch))
    batch.refresh_from_db()
    assert (batch.lease_until, batch.enqueued_at, batch.done_at) == (None, None, None)
    assert tick() == [batch.pk]


def test_a_released_batch_without_work_is_done(campaign: Campaign, batch: Batch) -> None:
    accept_all(campaign)
    leases.release(taken(batch))
    batch.refresh_from_db()
    assert batch.done_at == timezone.now()
    assert leases.take(batch.pk, "two") is None
    assert batch.pk not in tick()


def test_a_batch_that_must_wait_is_nobodys_until_then(batch: Batch, clock: time_machine.Traveller) -> None:
    leases.release(taken(batch), back_off=5 * SECOND)
    clock.shift(4 * SECOND)
    assert leases.take(batch.pk, "two") is None
    assert tick() == []
    clock.shift(SECOND)
    assert tick() == [batch.pk]
    assert leases.take(batch.pk, "two") is not None


def test_a_batch_of_a_campaign_that_is_not_sending_is_not_taken(campaign: Campaign, batch: Batch) -> None:
    campaigns.pause(campaign, ops(), "wait")
    assert leases.take(batch.pk, "one") is None


def test_recovery_puts_the_lost_workers_claims_in_doubt_and_nothing_else(
    campaign: Campaign, batch: Batch, clock: time_machine.Traveller
) -> None:
    taken(batch)
    put(campaign, S.SUBMITTING, position=1, attempt=1, submitted_at=timezone.now())
    put(campaign, S.SUBMITTING, position=3, attempt=1, submitted_at=timezone.now())  # another worker's
    assert leases.recover() == 0
    clock.shift(LEASE + SECOND)
    assert leases.recover() == 1
    assert states(campaign) == [S.IN_DOUBT, S.PENDING, S.SUBMITTING, S.PENDING]
    batch.refresh_from_db()
    assert (batch.lease_owner, batch.lease_until, batch.done_at) == ("", None, None)
    assert batch.pk in leases.to_enqueue(campaign.pk, 10)


@pytest.mark.parametrize("brake", [campaigns.pause, campaigns.cancel])
def test_a_lost_worker_of_a_campaign_that_stopped_is_recovered_too(
    campaign: Campaign, batch: Batch, clock: time_machine.Traveller, brake: object
) -> None:
    taken(batch)
    put(campaign, S.SUBMITTING, position=1, attempt=1, submitted_at=timezone.now())
    (campaigns.pause if brake is campaigns.pause else campaigns.cancel)(campaign, ops(), "stop")
    clock.shift(LEASE + SECOND)
    assert leases.recover() == 1
    assert states(campaign)[0] == S.IN_DOUBT


def test_enqueuing_is_bounded_and_marks(campaign: Campaign) -> None:
    Batch.objects.update(enqueued_at=None)
    (first,) = leases.to_enqueue(campaign.pk, 1)
    (second,) = leases.to_enqueue(campaign.pk, 5)
    assert {first, second} == set(campaign.batches.values_list("pk", flat=True))
    assert leases.to_enqueue(campaign.pk, 5) == []
    assert leases.under_way() == {campaign.pk: 2}


def test_what_is_under_way_is_leased_or_newly_enqueued(
    campaign: Campaign, batch: Batch, clock: time_machine.Traveller
) -> None:
    taken(batch)
    assert leases.under_way() == {campaign.pk: 2}
    clock.shift(datetime.timedelta(seconds=leases.queue_seconds() + 1))
    assert leases.under_way() == {campaign.pk: 1}  # the other's message is lost
    Batch.objects.update(done_at=timezone.now())
    assert leases.under_way() == {}
