from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest

from newsletter.delivery import approval, campaigns, guard, leases, rate, sender
from newsletter.delivery.gateways import Answer, Letter, Mail
from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.models import Batch, CampaignStatus, DeliveryState, Installation, Newsletter, SendRate, Story
from subscribers import subscriptions, suppression
from subscribers.addresses import normalise
from subscribers.models import ConsentAction, Subscriber, Subscription, SuppressionReason
from tests.newsletter.delivery.making import (
    EVIDENCE,
    addresses,
    configure,
    deliveries,
    delivery,
    never,
    ops,
    run,
    send,
    sending,
    states,
    tick,
)

pytestmark = pytest.mark.usefixtures("installation")
S = DeliveryState


def reader(campaign: Any, position: int) -> Subscription:
    subscriber_id = delivery(campaign, position).subscriber_id
    return Subscription.objects.select_related("subscriber").get(subscriber_id=subscriber_id)


def small_chunks(monkeypatch: pytest.MonkeyPatch, size: int = 2) -> None:
    monkeypatch.setattr(rate, "chunk_size", lambda *_: size)


def test_everybody_is_sent_to_once_and_the_batch_is_done() -> None:
    configure(batch_size=50)
    campaign, gateway = sending(120), MemoryGateway()
    assert send(campaign, gateway) == 120
    assert addresses(gateway) == [row.address for row in deliveries(campaign)]
    assert {(row.state, row.attempt) for row in deliveries(campaign)} == {(S.ACCEPTED, 1)}
    assert [row.message_id for row in deliveries(campaign)] == [f"memory-{n}" for n in range(1, 121)]
    assert not campaign.batches.filter(done_at=None).exists()
    assert send(campaign, gateway) == 0
    tick()
    campaign.refresh_from_db()
    assert (campaign.status, campaign.issue.status) == (CampaignStatus.FINISHED, "sent")


def test_a_chunk_has_at_most_fifty_letters() -> None:
    campaign, sizes = sending(120), []

    class Counting(MemoryGateway):
        def send(self, mail: Mail, letters: Sequence[Letter]) -> list[Answer]:
            sizes.append(len(letters))
            return super().send(mail, letters)

    send(campaign, Counting())
    assert sizes == [50, 50, 20]


def test_a_large_mail_goes_out_in_smaller_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign, gateway = sending(20), MemoryGateway()
    monkeypatch.setattr(gateway, "room", lambda mail, letter: 8)
    asked: list[int] = []
    monkeypatch.setattr(rate, "wait", lambda count, stop, most: asked.append(count) or count)  # type: ignore[func-returns-value]
    send(campaign, gateway)
    assert asked == [8, 8, 4]


def test_a_mail_that_fits_into_no_call_pauses_the_campaign_before_anybody_is_claimed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    campaign, gateway = sending(3), MemoryGateway()
    monkeypatch.setattr(gateway, "room", lambda mail, letter: 0)
    assert send(campaign, gateway) == 0
    campaign.refresh_from_db()
    assert (campaign.status, campaign.reason) == (CampaignStatus.PAUSED, str(sender.TOO_LARGE))
    assert [(row.state, row.attempt) for row in deliveries(campaign)] == [(S.PENDING, 0)] * 3


# The order inside a chunk


def test_the_rate_is_waited_for_before_the_campaign_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign, gateway = sending(3), MemoryGateway()

    def meanwhile(count: int, stop: threading.Event, *, most: int) -> int:
        assert campaigns.pause(campaign, ops(), "wait")
        return count

    monkeypatch.setattr(rate, "wait", meanwhile)
    assert send(campaign, gateway) == 0
    assert (gateway.sent, states(campaign)) == ([], [S.PENDING] * 3)


def test_the_rate_is_waited_for_before_the_switch_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign, gateway = sending(3), MemoryGateway()

    def meanwhile(count: int, stop: threading.Event, *, most: int) -> int:
        configure(sending_enabled=False)
        return count

    monkeypatch.setattr(rate, "wait", meanwhile)
    assert send(campaign, gateway) == 0
    assert states(campaign) == [S.PENDING] * 3


def test_where_the_rate_is_high_a_batch_takes_its_share_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign, gateway = sending(120), MemoryGateway()
    rate.current()
    SendRate.objects.update(max_send_rate=10_000)
    taken: list[int] = []
    reserve = rate.reserve
    monkeypatch.setattr(rate, "reserve", lambda count: taken.append(count) or reserve(count))  # type: ignore[func-returns-value]
    send(campaign, gateway)
    assert (len(gateway.sent), taken) == (120, [120])


def test_where_the_rate_is_low_each_chunk_takes_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign, gateway = sending(120), MemoryGateway()
    rate.current()
    SendRate.objects.update(max_send_rate=150)
    taken: list[int] = []
    monkeypatch.setattr(rate, "reserve", lambda count: taken.append(count) or 0.0)  # type: ignore[func-returns-value]
    send(campaign, gateway)
    assert taken == [50, 50, 20]


def test_a_letter_that_cannot_be_written_leaves_nobody_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = sending(3)
    configure(base_url="https://sudi.example/&")
    monkeypatch.setattr(guard, "check", lambda: None)
    with pytest.raises(ValueError, match="percent-encoded"):
        send(campaign, MemoryGateway())
    assert [(row.state, row.attempt) for row in deliveries(campaign)] == [(S.PENDING, 0)] * 3


# Who has gone since the freeze


def leave(subscription: Subscription) -> None:
    subscriptions.unsubscribe(subscription, EVIDENCE)


def take_a_break(subscription: Subscription) -> None:
    subscriptions.move(subscription, ConsentAction.PAUSED, EVIDENCE)


def bounce(subscription: Subscription) -> None:
    suppression.suppress([normalise(subscription.subscriber.email)], SuppressionReason.HARD_BOUNCE)


def erase(subscription: Subscription) -> None:
    Subscriber.objects.get(pk=subscription.subscriber_id).delete()


@pytest.mark.parametrize(
    ("happens", "code"),
    [(leave, "unsubscribed"), (take_a_break, "paused"), (bounce, "suppressed"), (erase, "erased")],
)
def test_who_goes_after_the_freeze_gets_nothing(happens: Any, code: str) -> None:
    campaign, gateway = sending(3), MemoryGateway()
    happens(reader(campaign, 2))
    send(campaign, gateway)
    assert states(campaign) == [S.ACCEPTED, S.SKIPPED, S.ACCEPTED]
    assert (delivery(campaign, 2).code, delivery(campaign, 2).attempt) == (code, 0)
    assert delivery(campaign, 2).address not in addresses(gateway)


def test_a_chunk_of_which_everybody_has_gone_does_not_end_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    small_chunks(monkeypatch)
    campaign, gateway = sending(4), MemoryGateway()
    for position in (1, 2):
        leave(reader(campaign, position))
    assert send(campaign, gateway) == 2
    assert states(campaign) == [S.SKIPPED, S.SKIPPED, S.ACCEPTED, S.ACCEPTED]


def test_who_leaves_while_the_batch_runs_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    small_chunks(monkeypatch)
    campaign = sending(4)

    def first_chunk(mail: Mail, letters: Sequence[Letter]) -> list[Answer]:
        leave(reader(campaign, 3))
        return gateway.accept(mail, letters)

    gateway = MemoryGateway(first_chunk)
    send(campaign, gateway)
    assert states(campaign) == [S.ACCEPTED, S.ACCEPTED, S.SKIPPED, S.ACCEPTED]


# The brakes take hold within one chunk


def pause(campaign: Any) -> None:
    assert campaigns.pause(campaign, ops(), "wait")


def cancel(campaign: Any) -> None:
    campaigns.cancel(campaign, ops())


def switch_off(campaign: Any) -> None:
    configure(sending_enabled=False)


def restore_elsewhere(campaign: Any) -> None:
    Installation.objects.update(instance="the other")


@pytest.mark.parametrize(
    ("brake", "rest", "status", "reason"),
    [
        (pause, S.PENDING, CampaignStatus.PAUSED, "wait"),
        (cancel, S.SKIPPED, CampaignStatus.CANCELLED, ""),
        (switch_off, S.PENDING, CampaignStatus.PAUSED, "Sending is switched off"),
        (restore_elsewhere, S.PENDING, CampaignStatus.PAUSED, "This database belongs to the other"),
    ],
)
def test_a_brake_takes_hold_within_one_chunk(
    monkeypatch: pytest.MonkeyPatch, brake: Any, rest: DeliveryState, status: CampaignStatus, reason: str
) -> None:
    small_chunks(monkeypatch)
    campaign = sending(6)

    def first_chunk(mail: Mail, letters: Sequence[Letter]) -> list[Answer]:
        brake(campaign)
        return gateway.accept(mail, letters)

    gateway = MemoryGateway(first_chunk)
    assert send(campaign, gateway) == 2
    assert states(campaign) == [S.ACCEPTED, S.ACCEPTED] + [rest] * 4
    campaign.refresh_from_db()
    assert campaign.status == status
    assert campaign.reason.startswith(reason)


def test_a_paused_campaign_goes_on_exactly_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    small_chunks(monkeypatch)
    campaign = sending(6)

    def first_chunk(mail: Mail, letters: Sequence[Letter]) -> list[Answer]:
        pause(campaign)
        return gateway.accept(mail, letters)

    gateway = MemoryGateway(first_chunk)
    send(campaign, gateway)
    campaigns.resume(campaign, ops())
    send(campaign, gateway)
    assert addresses(gateway) == [row.address for row in deliveries(campaign)]
    assert {row.attempt for row in deliveries(campaign)} == {1}


def test_the_worker_is_asked_to_stop_between_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    small_chunks(monkeypatch)
    campaign, stop = sending(6), threading.Event()

    def first_chunk(mail: Mail, letters: Sequence[Letter]) -> list[Answer]:
        stop.set()
        return gateway.accept(mail, letters)

    gateway = MemoryGateway(first_chunk)
    assert send(campaign, gateway, stop=stop) == 2
    assert states(campaign) == [S.ACCEPTED, S.ACCEPTED] + [S.PENDING] * 4
    batch = campaign.batches.get()
    assert (batch.lease_until, batch.lease_owner, batch.done_at, batch.enqueued_at) == (None, "", None, None)


def test_a_task_gives_the_rest_back_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    small_chunks(monkeypatch)
    configure(task_seconds=0.0)
    campaign, gateway = sending(6), MemoryGateway()
    assert [send(campaign, gateway) for _ in range(4)] == [2, 2, 2, 0]
    assert states(campaign) == [S.ACCEPTED] * 6
    assert campaign.batches.get().done_at is not None


# What was approved is what is sent


def change_a_story(campaign: Any) -> None:
    Story.objects.update(title="Something else")


def change_the_sender(campaign: Any) -> None:
    Newsletter.objects.filter(slug="express").update(from_name="Somebody else")


def change_the_look(campaign: Any) -> None:
    Newsletter.objects.filter(slug="express").update(theme={"accent": "#ff0000"})


@pytest.mark.parametrize(
    ("change", "says"),
    [(change_a_story, "story"), (change_the_sender, "sender's name"), (change_the_look, "theme changed")],
)
def test_an_issue_that_changed_after_its_approval_is_not_sent(change: Any, says: str) -> None:
    campaign, gateway = sending(3), MemoryGateway()
    change(campaign)
    assert send(campaign, gateway) == 0
    campaign.refresh_from_db()
    assert campaign.status == CampaignStatus.PAUSED
    assert says in campaign.reason
    assert "Approve it again." in campaign.reason
    assert (gateway.sent, states(campaign)) == ([], [S.PENDING] * 3)
    assert campaign.batches.get().lease_until is None


@pytest.mark.parametrize("change", [change_the_sender, change_the_look])
def test_a_change_after_the_first_batch_stops_the_next_one(change: Any) -> None:
    configure(batch_size=2)
    campaign, gateway = sending(4), MemoryGateway()
    first, second = campaign.batches.order_by("number")
    assert sender.send_batch(first.pk, gateway, never) == 2
    change(campaign)
    assert sender.send_batch(second.pk, gateway, never) == 0
    assert len(gateway.sent) == 2


def test_bytes_that_change_after_the_first_batch_stop_the_next_one() -> None:
    configure(batch_size=2)
    campaign, gateway = sending(4), MemoryGateway()
    first, second = campaign.batches.order_by("number")
    sender.send_batch(first.pk, gateway, never)
    type(campaign.rendition).objects.update(html="<p>Something else")
    assert sender.send_batch(second.pk, gateway, never) == 0


def test_a_change_behind_the_products_back_stops_the_campaign_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    configure(batch_size=2)
    campaign, gateway = sending(6), MemoryGateway()
    first, second, third = campaign.batches.order_by("number")
    sender.send_batch(first.pk, gateway, never)
    change_a_story(campaign)
    sender.send_batch(second.pk, gateway, never)
    later = time.monotonic() + approval.AGAIN
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert sender.send_batch(third.pk, gateway, never) == 0
    assert len(gateway.sent) == 4


def test_the_document_is_read_for_the_first_batch_alone(statements: list[str]) -> None:
    configure(batch_size=2)
    campaign, gateway = sending(4), MemoryGateway()
    del statements[:]
    send(campaign, gateway)
    assert len([sql for sql in statements if 'FROM "newsletter_story"' in sql]) == 1


def test_frozen_bytes_that_were_changed_are_not_sent() -> None:
    campaign, gateway = sending(3), MemoryGateway()
    type(campaign.rendition).objects.update(html="<p>Something else")
    send(campaign, gateway)
    campaign.refresh_from_db()
    assert "is not the one that was approved" in campaign.reason
    assert gateway.sent == []


def test_a_changed_audience_is_not_sent_to() -> None:
    campaign, gateway = sending(3), MemoryGateway()
    Newsletter.objects.filter(slug="express").update(mailing_list=Newsletter.objects.get(slug="report").mailing_list)
    send(campaign, gateway)
    campaign.refresh_from_db()
    assert "audience changed" in campaign.reason
    assert gateway.sent == []


# Who works on a batch


def test_a_batch_that_is_anothers_is_left_alone() -> None:
    campaign, gateway = sending(3), MemoryGateway()
    batch = campaign.batches.get()
    assert leases.take(batch.pk, "somebody") is not None
    assert sender.send_batch(batch.pk, gateway, never) == 0
    assert gateway.sent == []


def test_a_worker_that_lost_its_lease_stops_when_it_would_renew_it(monkeypatch: pytest.MonkeyPatch) -> None:
    small_chunks(monkeypatch)
    monkeypatch.setattr(sender, "RENEWALS", float("inf"))  # with every chunk
    campaign = sending(4)

    def first_chunk(mail: Mail, letters: Sequence[Letter]) -> list[Answer]:
        Batch.objects.update(lease_owner="somebody else")
        return gateway.accept(mail, letters)

    gateway = MemoryGateway(first_chunk)
    assert send(campaign, gateway) == 2
    assert campaign.batches.get().lease_owner == "somebody else"


def test_an_unknown_batch_is_nothing_to_do() -> None:
    assert sender.send_batch(4711, MemoryGateway(), never) == 0


def test_a_campaign_that_was_sent_again_is_sent_to_those_alone() -> None:
    campaign, gateway = sending(3), MemoryGateway()
    run(campaign, gateway)
    tick()
    ledger_row = delivery(campaign, 2)
    type(ledger_row).objects.filter(campaign_id=campaign.pk, position=2).update(state=S.REJECTED, code="FAILED")
    assert campaigns.resend(campaign, ops(), "rejected") == 1
    run(campaign, gateway)
    assert addresses(gateway)[3:] == [ledger_row.address]
    assert delivery(campaign, 2).attempt == 2
