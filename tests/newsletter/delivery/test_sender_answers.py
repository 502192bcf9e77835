"""What every answer of SES, and every way of getting none, does to recipients, batch and campaign."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import pytest
import time_machine
from django.utils import timezone

from newsletter.delivery import campaigns, ledger, rate, sender
from newsletter.delivery.gateways import Answer, CallFailed, Failure, Letter, Mail, Outcome, Quota
from newsletter.delivery.gateways.memory import MemoryGateway, Script
from newsletter.models import Campaign, CampaignStatus, DeliveryState, SendRate
from tests.newsletter.delivery.making import (
    addresses,
    configure,
    deliveries,
    delivery,
    editor,
    failing,
    ops,
    put,
    run,
    script,
    send,
    sending,
    states,
    tick,
)

pytestmark = pytest.mark.usefixtures("installation")
S = DeliveryState
O = Outcome  # noqa: E741
SPENT = Quota(max_send_rate=10_000, max_24_hour_send=500, sent_last_24_hours=500, sending_enabled=True)


@pytest.fixture
def campaign() -> Campaign:
    return sending(4)


def refresh(campaign: Campaign) -> Campaign:
    campaign.refresh_from_db()
    return campaign


def waits(campaign: Campaign) -> datetime.timedelta | None:
    """How long the campaign's only batch must wait."""
    not_before = campaign.batches.get().not_before
    return not_before - timezone.now() if not_before else None


def slowdown() -> float:
    return SendRate.objects.get().slowdown


def bad(address: str) -> Script:
    """SES refuses every call with this address in it, without saying which address it is."""

    def play(mail: Mail, letters: Sequence[Letter]) -> list[Answer]:
        if any(letter.address == address for letter in letters):
            raise CallFailed(Failure.BAD_REQUEST, "BadRequestException", "something is wrong")
        return [Answer(O.ACCEPTED, message_id=f"m-{letter.address}") for letter in letters]

    return play


# Answers for one entry


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (O.ACCEPTED, S.ACCEPTED),
        (O.REJECTED, S.REJECTED),
        (O.AGAIN, S.PENDING),
        (O.THROTTLED, S.PENDING),
        (O.QUOTA, S.PENDING),
        (O.STOP, S.PENDING),
        (O.IN_DOUBT, S.IN_DOUBT),
    ],
)
def test_each_entrys_answer_is_its_recipients(campaign: Campaign, outcome: Outcome, state: DeliveryState) -> None:
    send(campaign, MemoryGateway(script(O.ACCEPTED, outcome, O.ACCEPTED, O.REJECTED, code="CODE")))
    assert states(campaign) == [S.ACCEPTED, state, S.ACCEPTED, S.REJECTED]
    row = delivery(campaign, 2)
    assert (row.message_id, row.code) == ((f"m-{row.address}", None) if outcome is O.ACCEPTED else (None, "CODE"))


def test_an_entry_for_later_is_tried_again_after_a_while(campaign: Campaign) -> None:
    gateway = MemoryGateway(script(O.ACCEPTED, O.AGAIN))
    with time_machine.travel(timezone.now(), tick=False) as clock:
        send(campaign, gateway)
        assert waits(campaign) == sender.BACK_OFF
        assert send(campaign, gateway) == 0
        assert tick() == []
        clock.shift(sender.BACK_OFF)
        assert tick() == [campaign.batches.get().pk]
        assert send(campaign, gateway) == 2
    assert states(campaign) == [S.ACCEPTED] * 4
    assert [row.attempt for row in deliveries(campaign)] == [1, 2, 1, 2]


@pytest.mark.parametrize("outcome", [O.AGAIN, O.THROTTLED])
def test_an_entry_is_given_up_after_eight_tries(campaign: Campaign, outcome: Outcome) -> None:
    gateway = MemoryGateway(*[script(outcome, code="TRANSIENT_FAILURE")] * 9)
    run(campaign, gateway)
    assert {(row.state, row.attempt, row.code) for row in deliveries(campaign)} == {
        (S.REJECTED, 8, "TRANSIENT_FAILURE")
    }


def test_an_entry_that_was_too_fast_lowers_the_rate(campaign: Campaign) -> None:
    send(campaign, MemoryGateway(script(O.ACCEPTED, O.THROTTLED)))
    assert slowdown() == 0.5


def test_the_days_quota_is_waited_for_and_never_costs_a_reader_the_issue(campaign: Campaign) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        send(campaign, MemoryGateway(script(O.QUOTA, code="ACCOUNT_DAILY_QUOTA_EXCEEDED")))
        assert waits(campaign) == sender.QUOTA_BACK_OFF
    run(campaign, MemoryGateway(*[script(O.QUOTA)] * 12))
    assert {(row.state, row.attempt) for row in deliveries(campaign)} == {(S.ACCEPTED, 14)}
    assert slowdown() == 1.0


def test_an_answer_that_concerns_the_account_stops_the_campaign(campaign: Campaign) -> None:
    stopped = script(O.ACCEPTED, O.STOP, code="ACCOUNT_SUSPENDED", remedy="Answer their case.")
    gateway = MemoryGateway(stopped)
    send(campaign, gateway)
    assert states(campaign) == [S.ACCEPTED, S.PENDING] * 2
    assert refresh(campaign).status == CampaignStatus.PAUSED
    assert campaign.reason == "SES: ACCOUNT_SUSPENDED. Answer their case."
    assert campaign.batches.get().not_before is None
    campaigns.resume(campaign, ops())
    send(campaign, gateway)
    assert states(campaign) == [S.ACCEPTED] * 4


def test_fewer_answers_than_letters_leave_the_others_in_doubt(campaign: Campaign) -> None:
    send(campaign, MemoryGateway(lambda mail, letters: [Answer(O.ACCEPTED, message_id="1")]))
    assert states(campaign) == [S.ACCEPTED] + [S.IN_DOUBT] * 3
    assert delivery(campaign, 2).code == "no_answer"


def test_a_code_too_long_for_its_column_is_cut(campaign: Campaign) -> None:
    send(campaign, MemoryGateway(script(O.REJECTED, O.ACCEPTED, code="X" * 200)))
    assert delivery(campaign).code == "X" * 64


# Calls that fail as a whole


@pytest.mark.parametrize(
    ("failure", "state", "status"),
    [
        (Failure.NOT_SENT, S.PENDING, CampaignStatus.SENDING),
        (Failure.THROTTLED, S.PENDING, CampaignStatus.SENDING),
        (Failure.STOP, S.PENDING, CampaignStatus.PAUSED),
        (Failure.IN_DOUBT, S.IN_DOUBT, CampaignStatus.SENDING),
    ],
)
def test_each_failed_call(campaign: Campaign, failure: Failure, state: DeliveryState, status: CampaignStatus) -> None:
    send(campaign, MemoryGateway(failing(CallFailed(failure, "Code", "message", "Do this."))))
    assert {(row.state, row.code, row.attempt) for row in deliveries(campaign)} == {(state, "Code", 1)}
    assert refresh(campaign).status == status
    assert campaign.reason == ("SES: Code. Do this." if status == CampaignStatus.PAUSED else "")


@pytest.mark.parametrize("failure", [Failure.NOT_SENT, Failure.THROTTLED])
def test_a_call_that_was_never_accepted_is_made_again_and_never_given_up(campaign: Campaign, failure: Failure) -> None:
    calls = [failing(CallFailed(failure, "Code", "message"))] * 12
    with time_machine.travel(timezone.now(), tick=False):
        send(campaign, MemoryGateway(calls[0]))
        assert waits(campaign) == sender.BACK_OFF
    gateway = MemoryGateway(*calls)
    run(campaign, gateway)
    assert {(row.state, row.attempt) for row in deliveries(campaign)} == {(S.ACCEPTED, 14)}


def test_a_transient_entry_is_not_given_up_for_calls_that_failed_before(campaign: Campaign) -> None:
    put(campaign, S.PENDING, attempt=6)
    run(campaign, MemoryGateway(script(O.AGAIN)))
    assert states(campaign) == [S.ACCEPTED] * 4


def test_throttling_halves_the_rate_once_a_call(campaign: Campaign) -> None:
    throttled = failing(CallFailed(Failure.THROTTLED, "TooManyRequestsException", ""))
    send(campaign, MemoryGateway(throttled))
    assert slowdown() == 0.5


def test_throttling_at_the_end_of_the_days_quota_waits_for_the_window(campaign: Campaign) -> None:
    SendRate.objects.update(polled_at=None)
    throttled = failing(CallFailed(Failure.THROTTLED, "TooManyRequestsException", ""))
    with time_machine.travel(timezone.now(), tick=False):
        send(campaign, MemoryGateway(throttled, quota=SPENT))
        assert waits(campaign) == sender.QUOTA_BACK_OFF
    assert slowdown() == 1.0


def test_doubt_is_never_sent_to_again(campaign: Campaign) -> None:
    gateway = MemoryGateway(failing(CallFailed(Failure.IN_DOUBT, "ReadTimeoutError", "")))
    run(campaign, gateway)
    tick()
    assert gateway.sent == []
    assert states(campaign) == [S.IN_DOUBT] * 4
    assert refresh(campaign).status == CampaignStatus.FINISHED  # the doubts are shown, and settle later


def test_an_error_nobody_foresaw_is_doubt(campaign: Campaign) -> None:
    send(campaign, MemoryGateway(failing(RuntimeError("what?"))))
    assert {(row.state, row.code) for row in deliveries(campaign)} == {(S.IN_DOUBT, "RuntimeError")}
    assert campaign.batches.get().lease_until is None


# The bad letter is found by halving


@pytest.mark.parametrize("position", [1, 4, 7, 13])
def test_halving_rejects_the_bad_letter_alone(position: int) -> None:
    campaign = sending(13)
    gateway = MemoryGateway(*[bad(delivery(campaign, position).address)] * 40)
    run(campaign, gateway)
    expected = [S.REJECTED if row.position == position else S.ACCEPTED for row in deliveries(campaign)]
    assert states(campaign) == expected
    assert delivery(campaign, position).code == "BadRequestException"
    assert refresh(campaign).status == CampaignStatus.SENDING


def test_halving_goes_on_at_once() -> None:
    campaign = sending(50)
    send(campaign, MemoryGateway(*[bad(delivery(campaign, 1).address)] * 40))
    assert states(campaign) == [S.REJECTED] + [S.ACCEPTED] * 49


def test_halving_over_many_tasks_gives_nobody_up() -> None:
    """Each task starts with the whole chunk again, so the innocent are part of many refused calls."""
    configure(task_seconds=0.0)
    campaign = sending(50)
    for row in deliveries(campaign):
        put(campaign, S.PENDING, position=row.position, attempt=20)
    send(campaign, MemoryGateway(bad(delivery(campaign, 50).address)))
    assert set(states(campaign)) == {S.PENDING}


def test_chunks_grow_again_after_a_bad_letter() -> None:
    campaign, sizes = sending(60), []
    refuse = bad(delivery(campaign, 1).address)

    class Counting(MemoryGateway):
        def send(self, mail: Mail, letters: Sequence[Letter]) -> list[Answer]:
            sizes.append(len(letters))
            return refuse(mail, letters)

    send(campaign, Counting())
    assert sizes == [50, 25, 12, 6, 3, 1, 1, 2, 4, 8, 16, 28]


# What keeps happening stops the campaign


def test_whole_chunks_refused_alike_pause_the_campaign() -> None:
    campaign = sending(60)
    gateway = MemoryGateway(script(O.REJECTED, code="MESSAGE_REJECTED", remedy="Verify the domain."))
    send(campaign, gateway)
    assert refresh(campaign).status == CampaignStatus.PAUSED
    assert campaign.reason.startswith("SES refuses everybody alike: MESSAGE_REJECTED. Verify the domain.")
    assert states(campaign) == [S.REJECTED] * 50 + [S.PENDING] * 10
    campaigns.resend(campaign, ops(), "rejected")
    campaigns.resume(refresh(campaign), ops())
    send(campaign, gateway)
    assert states(campaign) == [S.ACCEPTED] * 60


def test_letters_that_are_all_bad_requests_pause_the_campaign() -> None:
    campaign = sending(60)
    refused = failing(CallFailed(Failure.BAD_REQUEST, "BadRequestException", "the template is wrong"))
    send(campaign, MemoryGateway(*[refused] * 100))
    assert refresh(campaign).status == CampaignStatus.PAUSED
    assert states(campaign) == [S.REJECTED] * sender.ALIKE + [S.PENDING] * (60 - sender.ALIKE)


def test_a_few_refused_readers_do_not_pause_the_campaign(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "chunk_size", lambda *_: 4)
    campaign = sending(36)
    refused = script(O.REJECTED, code="MESSAGE_REJECTED")
    mixed = script(O.REJECTED, O.ACCEPTED, O.ACCEPTED, O.ACCEPTED, code="MESSAGE_REJECTED")
    send(campaign, MemoryGateway(*[refused, refused, mixed] * 3))
    assert refresh(campaign).status == CampaignStatus.SENDING
    assert S.PENDING not in states(campaign)


def test_calls_that_nobody_answers_pause_the_campaign(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "chunk_size", lambda *_: 2)
    campaign = sending(20)
    lost = failing(CallFailed(Failure.IN_DOUBT, "ReadTimeoutError", ""))
    send(campaign, MemoryGateway(*[lost] * 10))
    assert refresh(campaign).status == CampaignStatus.PAUSED
    assert campaign.reason.startswith("SES's answers don't arrive: ReadTimeoutError.")
    assert states(campaign) == [S.IN_DOUBT] * 10 + [S.PENDING] * 10


def test_an_answer_now_and_then_keeps_the_campaign_going(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "chunk_size", lambda *_: 2)
    campaign = sending(20)
    lost = failing(CallFailed(Failure.IN_DOUBT, "ReadTimeoutError", ""))
    send(campaign, MemoryGateway(script(O.ACCEPTED), *[lost] * 9))
    assert refresh(campaign).status == CampaignStatus.SENDING
    assert states(campaign) == [S.ACCEPTED] * 2 + [S.IN_DOUBT] * 18


# Answers that come late


def test_a_cancelled_campaigns_last_answer_leaves_nothing_pending(campaign: Campaign) -> None:
    """The chunk was out when the campaign was cancelled, and SES's answer makes it pending again."""

    def throttled(mail: Mail, letters: Sequence[Letter]) -> list[Answer]:
        campaigns.cancel(campaign, editor())
        raise CallFailed(Failure.THROTTLED, "TooManyRequestsException", "slower")

    send(campaign, MemoryGateway(throttled))
    assert [(row.state, row.code) for row in deliveries(campaign)] == [(S.SKIPPED, "cancelled")] * 4
    assert not ledger.anything_open(campaign.pk)


def test_an_answer_after_the_batch_was_closed_opens_it_again(campaign: Campaign) -> None:
    """The worker was slow beyond its lease; the engine put its chunk in doubt; then SES says that it took nothing."""

    def slow(mail: Mail, letters: Sequence[Letter]) -> list[Answer]:
        with time_machine.travel(timezone.now() + datetime.timedelta(hours=1)):
            tick()
        assert states(campaign) == [S.IN_DOUBT] * 4
        assert campaign.batches.get().done_at is not None
        raise CallFailed(Failure.THROTTLED, "TooManyRequestsException", "slower")

    gateway = MemoryGateway(slow)
    send(campaign, gateway)
    assert states(campaign) == [S.PENDING] * 4
    tick()
    tick()
    run(campaign, gateway)
    tick()
    assert refresh(campaign).status == CampaignStatus.FINISHED
    assert sorted(addresses(gateway)) == [row.address for row in deliveries(campaign)]
