"""Every row of the state table in the design of delivery, asked of the statements themselves."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from newsletter.delivery import campaigns, feedback, ledger
from newsletter.delivery.feedback import Feedback
from newsletter.delivery.ledger import Settlement
from newsletter.models import Campaign, CampaignStatus, DeliveryState
from subscribers import subscriptions, suppression
from subscribers.addresses import normalise
from subscribers.audience import Audience
from subscribers.consent import Evidence
from subscribers.models import Subscriber, Subscription, SuppressionReason
from tests.newsletter.delivery.making import claim, configure, deliveries, delivery, ops, put, sending, states

pytestmark = [pytest.mark.dialects, pytest.mark.usefixtures("installation")]
S = DeliveryState
HOUR = datetime.timedelta(hours=1)
GRACE = 6 * HOUR


@pytest.fixture
def campaign() -> Campaign:
    return sending(3)


def claimed_one(campaign: Campaign) -> None:
    assert claim(campaign, [1])


# pending → submitting


def test_a_claim_takes_pending_rows_as_a_new_attempt(campaign: Campaign) -> None:
    put(campaign, S.PENDING, attempt=2, code="TRANSIENT_FAILURE")
    claimed = claim(campaign, [3, 1])
    first = delivery(campaign, 1)
    assert [(each.position, each.attempt) for each in claimed] == [(1, 3), (3, 1)]
    assert (first.state, first.attempt, first.code) == (S.SUBMITTING, 3, None)
    assert first.submitted_at is not None
    assert delivery(campaign, 2).state == S.PENDING


@pytest.mark.parametrize("state", [state for state in S if state != S.PENDING])
def test_a_claim_leaves_every_other_state_alone(campaign: Campaign, state: DeliveryState) -> None:
    put(campaign, state, attempt=1)
    assert [each.position for each in claim(campaign, [1, 2])] == [2]
    assert (delivery(campaign).state, delivery(campaign).attempt) == (state, 1)


@pytest.mark.parametrize("status", [status for status in CampaignStatus if status != CampaignStatus.SENDING])
def test_a_claim_takes_nothing_unless_the_campaign_is_sending(campaign: Campaign, status: CampaignStatus) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(status=status)
    assert claim(campaign, [1, 2, 3]) == []
    assert states(campaign) == [S.PENDING] * 3


@pytest.mark.parametrize("position", [1, 3])
def test_a_claim_takes_nobody_who_has_left_since_the_freeze(campaign: Campaign, position: int) -> None:
    subscription = Subscription.objects.get(subscriber_id=delivery(campaign, position).subscriber_id)
    subscriptions.unsubscribe(subscription, Evidence(source="tests"))
    assert [each.position for each in claim(campaign, [1, 2, 3])] == [each for each in (1, 2, 3) if each != position]
    assert delivery(campaign, position).state == S.PENDING


def test_a_claim_takes_nobody_who_is_suppressed_or_erased(campaign: Campaign) -> None:
    suppression.suppress([normalise(delivery(campaign, 1).address)], SuppressionReason.MANUAL, "asked by post")
    Subscriber.objects.get(email=delivery(campaign, 2).address).delete()
    assert [each.position for each in claim(campaign, [1, 2, 3])] == [3]


def test_a_claim_takes_nobody_in_a_restored_copy(campaign: Campaign) -> None:
    configure(instance="elsewhere")
    assert claim(campaign, [1, 2, 3]) == []
    assert states(campaign) == [S.PENDING] * 3


def test_a_claim_touches_no_other_campaign(campaign: Campaign) -> None:
    other = sending(0, day=2)
    assert claim(campaign, [1, 2, 3])
    assert states(other) == [S.PENDING] * 3


def test_a_new_attempt_forgets_the_message_of_the_old_one(campaign: Campaign) -> None:
    put(campaign, S.PENDING, attempt=1, message_id="old")
    claimed_one(campaign)
    feedback.fold(campaign.pk, [Feedback(1, 2, message_id="new", accepted=True)])
    assert delivery(campaign).message_id == "new"


def test_no_positions_are_no_statement(campaign: Campaign, statements: list[str]) -> None:
    assert ledger.claim(campaign.pk, [], Audience(campaign.mailing_list_id)) == []
    assert ledger.answer(campaign.pk, []) == 0
    assert feedback.fold(campaign.pk, []) == []
    assert statements == []


def test_what_is_pending_comes_in_order_and_bounded(campaign: Campaign) -> None:
    put(campaign, S.ACCEPTED, position=2)
    assert [each.position for each in ledger.pending(campaign.pk, 1, 3)] == [1, 3]
    assert [each.position for each in ledger.pending(campaign.pk, 2, 3)] == [3]


# submitting → accepted, rejected, pending, in doubt


@pytest.mark.parametrize("before", [S.SUBMITTING, S.IN_DOUBT])
@pytest.mark.parametrize("after", [S.ACCEPTED, S.REJECTED, S.PENDING, S.IN_DOUBT])
def test_an_answer_moves_its_attempt(campaign: Campaign, before: DeliveryState, after: DeliveryState) -> None:
    put(campaign, before, attempt=2)
    assert ledger.answer(campaign.pk, [Settlement(1, 2, after, "id", "CODE")]) == 1
    row = delivery(campaign)
    assert (row.state, row.message_id, row.code) == (after, "id", "CODE")
    assert (row.settled_at is not None) == (after in {S.ACCEPTED, S.REJECTED})


def test_one_statement_writes_different_answers(campaign: Campaign, statements: list[str]) -> None:
    claim(campaign, [1, 2, 3])
    del statements[:]
    answers = [
        Settlement(1, 1, S.ACCEPTED, "一"),
        Settlement(2, 1, S.REJECTED, None, "MESSAGE_REJECTED"),
        Settlement(3, 1, S.PENDING),
    ]
    assert ledger.answer(campaign.pk, answers) == 3
    assert len(statements) == 1
    assert [(row.state, row.message_id, row.code) for row in deliveries(campaign)] == [
        (S.ACCEPTED, "一", None),
        (S.REJECTED, None, "MESSAGE_REJECTED"),
        (S.PENDING, None, None),
    ]


@pytest.mark.parametrize(
    "said", ["", "NULL", "null", 'a "quote", and more', "back\\slash \\", "{brace}", " space ", "一,二"]
)
def test_an_answer_is_written_as_it_was_said(campaign: Campaign, said: str) -> None:
    claim(campaign, [1, 2])
    ledger.answer(campaign.pk, [Settlement(1, 1, S.ACCEPTED, said), Settlement(2, 1, S.REJECTED, None, said)])
    first, second = delivery(campaign, 1), delivery(campaign, 2)
    assert (first.message_id, first.code, second.message_id, second.code) == (said, None, None, said)


def test_an_answer_to_an_older_attempt_changes_nothing(campaign: Campaign) -> None:
    put(campaign, S.SUBMITTING, attempt=2)
    assert ledger.answer(campaign.pk, [Settlement(1, 1, S.REJECTED, None, "LATE")]) == 0
    assert delivery(campaign).state == S.SUBMITTING


@pytest.mark.parametrize("state", [S.PENDING, S.ACCEPTED, S.REJECTED, S.SKIPPED])
def test_an_answer_changes_nothing_that_is_settled_or_open_again(campaign: Campaign, state: DeliveryState) -> None:
    put(campaign, state, attempt=1)
    assert ledger.answer(campaign.pk, [Settlement(1, 1, S.IN_DOUBT, None, "LATE")]) == 0
    assert delivery(campaign).state == state


def test_an_event_that_was_quicker_than_the_answer_stands(campaign: Campaign) -> None:
    claimed_one(campaign)
    feedback.fold(campaign.pk, [Feedback(1, 1, message_id="from the event", accepted=True)])
    assert ledger.answer(campaign.pk, [Settlement(1, 1, S.IN_DOUBT, None, "ReadTimeoutError")]) == 0
    row = delivery(campaign)
    assert (row.state, row.message_id, row.code) == (S.ACCEPTED, "from the event", None)


# events


@pytest.mark.parametrize("state", [S.PENDING, S.SUBMITTING, S.IN_DOUBT])
def test_an_event_of_the_current_attempt_means_accepted(campaign: Campaign, state: DeliveryState) -> None:
    put(campaign, state, attempt=3, code="ReadTimeoutError")
    matched = feedback.fold(campaign.pk, [Feedback(1, 3, message_id="id", accepted=True)])
    assert [each.position for each in matched] == [1]
    row = delivery(campaign)
    assert (row.state, row.message_id, row.code) == (S.ACCEPTED, "id", None)
    assert row.settled_at is not None


@pytest.mark.parametrize("state", list(S))
def test_an_event_of_another_attempt_changes_nothing(campaign: Campaign, state: DeliveryState) -> None:
    put(campaign, state, attempt=2)
    for attempt in (1, 3):
        assert feedback.fold(campaign.pk, [Feedback(1, attempt, accepted=True, rejected="REJECT")]) == []
    assert delivery(campaign).state == state


@pytest.mark.parametrize("state", [S.SUBMITTING, S.ACCEPTED, S.IN_DOUBT])
def test_a_mail_that_ses_took_and_then_refused_is_rejected(campaign: Campaign, state: DeliveryState) -> None:
    put(campaign, state, attempt=1)
    feedback.fold(campaign.pk, [Feedback(1, 1, rejected="REJECT")])
    feedback.fold(campaign.pk, [Feedback(1, 1, accepted=True)])  # its Send comes later
    assert (delivery(campaign).state, delivery(campaign).code) == (S.REJECTED, "REJECT")


@pytest.mark.parametrize("code", ["MESSAGE_REJECTED", "REJECT"])
def test_what_ses_refused_is_not_accepted_by_an_event(campaign: Campaign, code: str) -> None:
    put(campaign, S.REJECTED, attempt=1, code=code)
    feedback.fold(campaign.pk, [Feedback(1, 1, accepted=True)])
    assert (delivery(campaign).state, delivery(campaign).code) == (S.REJECTED, code)


def test_an_event_that_proves_nothing_settles_nothing(campaign: Campaign) -> None:
    put(campaign, S.IN_DOUBT, attempt=1)
    assert feedback.fold(campaign.pk, [Feedback(1, 1, message_id="id")])
    assert (delivery(campaign).state, delivery(campaign).settled_at) == (S.IN_DOUBT, None)


# rejected for want of a trace → accepted


def test_a_still_later_event_finds_the_trace(campaign: Campaign) -> None:
    put(campaign, S.REJECTED, attempt=1, code="no_trace")
    feedback.fold(campaign.pk, [Feedback(1, 1, message_id="id", accepted=True)])
    assert (delivery(campaign).state, delivery(campaign).code) == (S.ACCEPTED, None)


# pending → skipped


def test_skipping_takes_pending_rows_only_and_says_why(campaign: Campaign) -> None:
    put(campaign, S.SUBMITTING, position=2)
    assert ledger.skip(campaign.pk, {1: "unsubscribed", 2: "unsubscribed", 3: "suppressed"}) == 2
    assert [(row.state, row.code) for row in deliveries(campaign)] == [
        (S.SKIPPED, "unsubscribed"),
        (S.SUBMITTING, None),
        (S.SKIPPED, "suppressed"),
    ]
    assert delivery(campaign, 1).settled_at is not None


def test_what_is_skipped_stays_skipped(campaign: Campaign) -> None:
    put(campaign, S.SKIPPED, attempt=1)
    feedback.fold(campaign.pk, [Feedback(1, 1, accepted=True, rejected="REJECT")])
    assert ledger.reopen(campaign.pk, "rejected") + ledger.reopen(campaign.pk, "in_doubt") == 0
    assert delivery(campaign).state == S.SKIPPED


# resend


@pytest.mark.parametrize(("only", "back"), [("rejected", 1), ("in_doubt", 2)])
def test_a_resend_opens_what_it_names_and_nothing_else(campaign: Campaign, only: str, back: int) -> None:
    put(campaign, S.REJECTED, position=1, attempt=1, code="MESSAGE_REJECTED", settled_at=timezone.now())
    put(campaign, S.IN_DOUBT, position=2, attempt=1)
    put(campaign, S.ACCEPTED, position=3, attempt=1)
    assert campaigns.resend(campaign, ops(), only) == 1
    opened = [row for row in deliveries(campaign) if row.state == S.PENDING]
    assert [(row.position, row.attempt, row.code, row.settled_at) for row in opened] == [(back, 1, None, None)]
    assert [each.attempt for each in claim(campaign, [1, 2, 3])] == [2]


def test_every_recipient_has_one_state(campaign: Campaign) -> None:
    put(campaign, S.IN_DOUBT, position=2)
    counts = ledger.states_in(campaign.pk, 1, 3)
    assert counts == {S.PENDING: 2, S.IN_DOUBT: 1}
    assert sum(counts.values()) == campaign.recipients
