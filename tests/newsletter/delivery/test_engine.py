from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from newsletter.delivery import campaigns, engine, leases, snapshot, traces
from newsletter.delivery.gateways import CallFailed, Failure, Quota
from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.models import (
    Batch,
    Campaign,
    CampaignStatus,
    DeliveryState,
    IssueStatus,
    LatePolicy,
    Newsletter,
    SendRate,
    Story,
)
from tests.newsletter.delivery.making import (
    approved,
    configure,
    deliveries,
    delivery,
    editor,
    ops,
    put,
    readers,
    run,
    scheduled,
    sending,
    tick,
)

pytestmark = pytest.mark.usefixtures("installation")
C, S = CampaignStatus, DeliveryState
MINUTE, HOUR = datetime.timedelta(minutes=1), datetime.timedelta(hours=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def status(campaign: Campaign) -> str:
    campaign.refresh_from_db()
    return campaign.status


# Due


def test_nothing_starts_before_its_time(clock: time_machine.Traveller) -> None:
    readers(2)
    campaign = scheduled(at=timezone.now() + HOUR)
    clock.shift(HOUR - MINUTE)
    assert (tick(), status(campaign)) == ([], C.SCHEDULED)
    clock.shift(MINUTE)
    assert len(tick()) == 1
    assert (status(campaign), campaign.started_at) == (C.SENDING, timezone.now())
    assert campaign.issue.status == IssueStatus.SENDING


def test_nothing_starts_while_it_can_be_undone(clock: time_machine.Traveller) -> None:
    readers(2)
    campaign = scheduled(undo=campaigns.undo_window())
    clock.shift(datetime.timedelta(seconds=59))
    assert (tick(), status(campaign)) == ([], C.SCHEDULED)
    clock.shift(datetime.timedelta(seconds=1))
    assert len(tick()) == 1


def test_what_was_taken_back_does_not_start(clock: time_machine.Traveller) -> None:
    readers(2)
    campaign = scheduled(undo=campaigns.undo_window())
    campaigns.unschedule(campaign.issue, editor())
    clock.shift(HOUR / 2)
    assert tick() == []
    assert status(campaign) == C.CANCELLED


# Late


def test_a_campaign_more_than_an_hour_late_is_held_and_says_so_once(clock: time_machine.Traveller) -> None:
    readers(2)
    campaign = scheduled()
    clock.shift(61 * MINUTE)
    assert (tick(), tick()) == ([], [])
    assert status(campaign) == C.SCHEDULED
    assert campaign.reason.startswith("61 minutes late")
    assert campaign.transitions.filter(note=campaign.reason, user=None).count() == 1
    campaigns.resume(campaign, ops())
    assert len(tick()) == 1
    assert (status(campaign), campaign.reason) == (C.SENDING, "")


def test_an_hour_is_not_too_late(clock: time_machine.Traveller) -> None:
    readers(2)
    campaign = scheduled()
    clock.shift(60 * MINUTE)
    tick()
    assert status(campaign) == C.SENDING


def test_lateness_counts_from_the_end_of_the_undo_window(clock: time_machine.Traveller) -> None:
    readers(2)
    campaign = scheduled(undo=2 * HOUR)
    clock.shift(2 * HOUR)
    tick()
    assert status(campaign) == C.SENDING


def test_a_campaign_may_be_told_to_be_sent_however_late(clock: time_machine.Traveller) -> None:
    readers(2)
    campaign = campaigns.schedule(
        approved(), editor(), undo=datetime.timedelta(0), late_policy=LatePolicy.SEND, late_minutes=5
    )
    clock.shift(24 * HOUR)
    tick()
    assert status(campaign) == C.SENDING


# Approval is checked again


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda: Story.objects.update(title="Else"), "story 1 changed"),
        (lambda: Newsletter.objects.update(from_email="else@sudi.example"), "newsletter: sender's address changed"),
        (
            lambda: Newsletter.objects.update(mailing_list=Newsletter.objects.get(slug="report").mailing_list),
            "audience changed",
        ),
    ],
)
def test_a_stale_approval_withholds_the_campaign(change: Any, reason: str) -> None:
    readers(2)
    campaign = scheduled()
    change()
    assert tick() == []
    assert status(campaign) == C.CANCELLED
    assert reason in campaign.reason
    assert campaign.issue.status == IssueStatus.APPROVED
    assert campaign.issue.transitions.first().note == campaign.reason  # type: ignore[union-attr]
    assert deliveries(campaign) == []


# What a crash, or another engine, left


def test_a_campaign_left_preparing_is_frozen_once() -> None:
    readers(3)
    campaign = scheduled()
    campaigns.move(campaign, (C.SCHEDULED,), C.PREPARING, None, "")
    assert len(tick()) == 1
    assert tick() == []
    assert (status(campaign), len(deliveries(campaign))) == (C.SENDING, 3)


def test_a_freeze_that_was_killed_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    readers(3)
    campaign = scheduled()

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "_batches", die)
        with pytest.raises(KeyboardInterrupt):
            tick()
    assert (status(campaign), deliveries(campaign)) == (C.PREPARING, [])
    assert len(tick()) == 1
    assert (status(campaign), len(deliveries(campaign))) == (C.SENDING, 3)


def test_a_campaign_left_preparing_too_long_is_held(clock: time_machine.Traveller) -> None:
    readers(3)
    campaign = scheduled()
    campaigns.move(campaign, (C.SCHEDULED,), C.PREPARING, None, "")
    clock.shift(2 * HOUR)
    assert (tick(), tick()) == ([], [])
    assert status(campaign) == C.SCHEDULED
    assert campaign.reason.startswith("120 minutes late")
    campaigns.resume(campaign, ops())
    assert len(tick()) == 1


def test_a_pass_that_was_overtaken_freezes_nothing() -> None:
    """Another engine moved the campaign after this one had found it due, and may be freezing it."""
    readers(3)
    found = scheduled()
    campaigns.move(Campaign.objects.get(pk=found.pk), (C.SCHEDULED,), C.PREPARING, None, "")
    assert engine._start(found) == 0
    assert deliveries(found) == []


# The window


def test_no_more_than_four_batches_for_each_thread_are_enqueued() -> None:
    configure(batch_size=1, worker_threads=3, worker_processes=2)
    campaign = sending(30)
    assert campaign.batches.filter(enqueued_at__isnull=False).count() == 24
    assert tick() == []
    run_one = campaign.batches.filter(enqueued_at__isnull=False)[0]
    leases.take(run_one.pk, "worker")
    assert tick() == []  # taken, but not done
    run(campaign, MemoryGateway(), most=1)
    assert campaign.batches.filter(done_at=None).count() == 1  # the other worker's


def test_the_window_is_shared_in_turns() -> None:
    configure(batch_size=1, worker_threads=2)
    readers(9)
    first, second = scheduled(1), scheduled(2)
    enqueued = tick()
    owners = [Batch.objects.get(pk=batch_id).campaign_id for batch_id in enqueued]
    assert owners == owners[:2] * 4
    assert set(owners) == {first.pk, second.pk}


def test_a_window_smaller_than_the_campaigns_is_kept_and_who_has_nothing_under_way_comes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "WINDOW", 2)
    configure(batch_size=1, worker_threads=1)
    readers(4)
    everyone = [scheduled(day) for day in (1, 2, 3)]
    enqueued = tick()
    assert len(enqueued) == 2
    assert Batch.objects.filter(enqueued_at__isnull=False).count() == 2
    Batch.objects.filter(pk=enqueued[0]).update(done_at=timezone.now())
    (third,) = tick()
    busy = Batch.objects.get(pk=enqueued[1]).campaign_id
    assert Batch.objects.get(pk=third).campaign_id in {campaign.pk for campaign in everyone} - {busy}


def test_no_batch_is_enqueued_twice_in_a_row_unless_its_message_is_lost(clock: time_machine.Traveller) -> None:
    campaign = sending(3)
    batch = campaign.batches.get()
    clock.shift(datetime.timedelta(seconds=leases.queue_seconds()))
    assert tick() == []
    clock.shift(datetime.timedelta(seconds=1))
    assert tick() == [batch.pk]
    assert tick() == []


def test_paused_campaigns_wait() -> None:
    campaign = sending(3)
    campaigns.pause(campaign, ops(), "wait")
    Batch.objects.update(enqueued_at=None)
    assert tick() == []
    campaigns.resume(campaign, ops())
    assert len(tick()) == 1


# The end


def test_a_campaign_is_finished_when_nothing_is_open() -> None:
    campaign = sending(3)
    run(campaign, MemoryGateway())
    put(campaign, S.IN_DOUBT, position=2)
    tick()
    assert (status(campaign), campaign.issue.status) == (C.FINISHED, IssueStatus.SENT)
    assert campaign.finished_at is not None


@pytest.mark.parametrize("state", [S.PENDING, S.SUBMITTING])
def test_a_campaign_with_anything_open_is_not_finished(state: DeliveryState) -> None:
    campaign = sending(3)
    run(campaign, MemoryGateway())
    put(campaign, state, position=2, submitted_at=timezone.now())
    tick()
    assert status(campaign) == C.SENDING
    assert campaign.batches.get().done_at is None  # open again


def settled(campaign: Campaign, clock: time_machine.Traveller) -> str | None:
    """The code of a doubt of which SES tells nothing, after the grace."""
    now = timezone.now()
    put(campaign, S.IN_DOUBT, position=1, attempt=1, submitted_at=now - MINUTE)
    traces.seen(now)
    clock.shift(6 * HOUR + MINUTE)
    tick()
    return delivery(campaign).code


def test_doubts_settle_while_sending_and_paused(clock: time_machine.Traveller) -> None:
    campaign = sending(3)
    campaigns.pause(campaign, ops(), "wait")
    assert settled(campaign, clock) == "no_trace"


def test_doubts_settle_after_the_end(clock: time_machine.Traveller) -> None:
    campaign = sending(3)
    run(campaign, MemoryGateway())
    tick()
    assert status(campaign) == C.FINISHED
    assert settled(campaign, clock) == "no_trace"


def test_doubts_settle_after_a_cancellation(clock: time_machine.Traveller) -> None:
    campaign = sending(3)
    put(campaign, S.SUBMITTING, attempt=1)
    campaigns.cancel(campaign, editor())
    assert settled(campaign, clock) == "no_trace"


def test_doubts_settle_where_nothing_may_be_sent(clock: time_machine.Traveller) -> None:
    campaign = sending(3)
    configure(sending_enabled=False)
    assert settled(campaign, clock) == "no_trace"


# The guard and the quota


def test_where_nothing_may_be_sent_nothing_starts() -> None:
    readers(2)
    campaign = scheduled()
    configure(sending_enabled=False)
    gateway = MemoryGateway()
    gateway.quota = lambda: pytest.fail("SES was asked")  # type: ignore[method-assign]
    assert tick(gateway) == []
    assert status(campaign) == C.SCHEDULED


def test_a_tick_reads_the_quota_and_lets_the_rate_recover() -> None:
    SendRate.objects.update(slowdown=0.5)
    tick(MemoryGateway(quota=Quota(14, 50_000, 12, True)))
    row = SendRate.objects.get()
    assert row.max_send_rate == 14
    assert row.slowdown == pytest.approx(0.525)


def test_a_quota_that_can_not_be_read_stops_nothing() -> None:
    def broken() -> Quota:
        raise CallFailed(Failure.NOT_SENT, "EndpointConnectionError", "nobody there")

    readers(2)
    campaign, gateway = scheduled(), MemoryGateway()
    gateway.quota = broken  # type: ignore[method-assign]
    assert len(tick(gateway)) == 1
    assert status(campaign) == C.SENDING


def test_an_idle_tick_asks_little(statements: list[str]) -> None:
    tick()
    del statements[:]
    tick()
    assert len(statements) <= 10
