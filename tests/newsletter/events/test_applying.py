"""From stored events to the ledger and to the readers whom they concern."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from newsletter.events import applying, door, stored
from newsletter.events.parsing import parse_event
from newsletter.events.ses_event import SesEvent
from newsletter.events.verdicts import Outcome, verdict
from newsletter.models import BounceClass, Campaign, Delivery, DeliveryEvent, DeliveryState
from newsletter.reports.campaigns import campaign_report
from subscribers import consent, suppression
from subscribers.addresses import normalise
from subscribers.models import ConsentAction, ConsentRecord, Standing, Subscription, Suppression
from tests.newsletter.delivery.making import deliveries, delivery, put, readers, sending
from tests.newsletter.delivery.threads import at_once
from tests.newsletter.events.samples import notified, published
from tests.newsletter.events.telling import told

pytestmark = [pytest.mark.dialects, pytest.mark.usefixtures("installation")]
S = DeliveryState
Telling = Callable[[Delivery], str]


def apply(*texts: str) -> int:
    door.store(list(texts))
    return applying.apply_pending()


@pytest.fixture
def campaign() -> Campaign:
    """Three readers, each accepted in the first attempt."""
    campaign = sending(3)
    for row in deliveries(campaign):
        put(campaign, S.ACCEPTED, position=row.position, attempt=1, message_id=f"ses-{row.position}-1")
    return campaign


def event(name: str, *, attempt: int | None = None, **changes: Any) -> Telling:
    return lambda about: told(name, about, attempt=attempt, **changes)


SEND, DELIVERY, DELAY = event("Send"), event("Delivery"), event("DeliveryDelay")
HARD = event("Bounce")
LATE_HARD = event("Bounce", timestamp="2026-07-03T00:00:00.000Z")
SOFT = event("Bounce", bounceType="Transient", bounceSubType="MailboxFull")
CONTENT = event("Bounce", bounceType="Transient", bounceSubType="ContentRejected")
HELD_BACK = event("Bounce", bounceSubType="OnAccountSuppressionList")
COMPLAINT, REJECT, FAILURE = event("Complaint"), event("Reject"), event("Rendering Failure")
OPEN, OPEN_AGAIN = event("Open"), event("Open", timestamp="2026-07-02T00:00:00.000Z")
CLICK = event("Click")


# What each kind does to the ledger


@pytest.mark.parametrize(
    ("telling", "state", "columns"),
    [
        (SEND, S.ACCEPTED, {}),
        (DELAY, S.ACCEPTED, {}),
        (DELIVERY, S.ACCEPTED, {"delivered_at"}),
        (HARD, S.ACCEPTED, {"bounced_at"}),
        (SOFT, S.ACCEPTED, {"bounced_at"}),
        (COMPLAINT, S.ACCEPTED, {"complained_at"}),
        (OPEN, S.ACCEPTED, {"opened_at"}),
        (CLICK, S.ACCEPTED, {"clicked_at"}),
        (REJECT, S.REJECTED, {}),
        (FAILURE, S.REJECTED, {}),
    ],
)
@pytest.mark.parametrize("before", [S.SUBMITTING, S.IN_DOUBT, S.PENDING, S.ACCEPTED])
def test_each_event_of_the_current_attempt(
    campaign: Campaign, before: DeliveryState, telling: Telling, state: DeliveryState, columns: set[str]
) -> None:
    put(campaign, before, position=1, message_id=None)
    others = deliveries(campaign)[1:]
    assert apply(telling(delivery(campaign))) == 1
    row = delivery(campaign)
    assert (row.state, row.message_id) == (state, "ses-1-1")
    written = ("delivered_at", "bounced_at", "complained_at", "opened_at", "clicked_at")
    assert {name for name in written if getattr(row, name)} == set(columns)
    assert deliveries(campaign)[1:] == others


def test_a_refusal_after_acceptance_says_why(campaign: Campaign) -> None:
    apply(REJECT(delivery(campaign, 1)), FAILURE(delivery(campaign, 2)))
    assert [row.code for row in deliveries(campaign)] == ["REJECT", "RENDERING_FAILURE", None]


@pytest.mark.parametrize(
    ("telling", "bounce_class"),
    [
        (HARD, BounceClass.HARD),
        (SOFT, BounceClass.SOFT),
        (CONTENT, BounceClass.CONTENT),
        (HELD_BACK, BounceClass.SUPPRESSED),
    ],
)
def test_a_bounce_has_its_class(campaign: Campaign, telling: Telling, bounce_class: BounceClass) -> None:
    apply(telling(delivery(campaign)))
    assert delivery(campaign).bounce_class == bounce_class


def test_an_event_finds_the_trace_of_what_was_given_up(campaign: Campaign) -> None:
    put(campaign, S.REJECTED, code="no_trace")
    apply(SEND(delivery(campaign)))
    assert (delivery(campaign).state, delivery(campaign).code) == (S.ACCEPTED, None)


# Order is never assumed

RUNS = {
    "delivered": [SEND, DELIVERY, OPEN_AGAIN, OPEN, CLICK],
    "returned after all": [SEND, DELIVERY, HARD, COMPLAINT],
    "got through in the end": [SEND, DELAY, SOFT, DELIVERY],
    "given up in the end": [SEND, SOFT, DELAY, HARD],
    "bounced twice": [LATE_HARD, HARD, SOFT, CONTENT],
    "held back": [SEND, HELD_BACK, HARD],
    "refused": [SEND, REJECT],
}
LEDGER = ("state", "code", "settled_at", "delivered_at", "bounced_at", "bounce_class", "complained_at", "opened_at")


def ledger_rows(campaign: Campaign) -> set[tuple[Any, ...]]:
    return set(Delivery.objects.filter(campaign_id=campaign.pk).values_list(*LEDGER, "clicked_at"))


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
@pytest.mark.parametrize("before", [S.SUBMITTING, S.IN_DOUBT])
def test_any_order_of_events_gives_the_same_row(run: Sequence[Telling], before: DeliveryState) -> None:
    """Each reader's events come in another order, one at a time; the last reader's come all at once."""
    orders = list(itertools.permutations(run))
    with time_machine.travel(timezone.now(), tick=False):
        campaign = sending(len(orders) + 1)
        Delivery.objects.update(state=before, attempt=1)
        *separately, together = deliveries(campaign)
        for turn in range(len(run)):
            apply(*(order[turn](row) for order, row in zip(orders, separately, strict=True)))
        apply(*(telling(together) for telling in run))
    assert len(ledger_rows(campaign)) == 1


OUTCOMES = [SEND, DELAY, DELIVERY, SOFT, CONTENT, HARD, HELD_BACK]


@pytest.mark.parametrize("at_once", [True, False])
def test_the_ledger_agrees_with_the_rank_of_outcomes(at_once: bool) -> None:
    pairs = list(itertools.product(OUTCOMES, repeat=2))
    campaign = sending(len(pairs))
    Delivery.objects.update(state=S.ACCEPTED, attempt=1)
    rows = deliveries(campaign)
    texts = [[telling(row) for telling in pair] for pair, row in zip(pairs, rows, strict=True)]
    for turn in [slice(0, 2)] if at_once else [slice(0, 1), slice(1, 2)]:
        apply(*(text for both in texts for text in both[turn]))
    for row, both in zip(deliveries(campaign), texts, strict=True):
        verdicts = [verdict(parsed) for parsed in map(parse_event, both) if isinstance(parsed, SesEvent)]
        highest = max(each.rank for each in verdicts)
        bounces = [each for each in verdicts if each.outcome is Outcome.BOUNCED]
        assert bool(row.delivered_at) == any(each.outcome is Outcome.DELIVERED for each in verdicts)
        assert bool(row.bounced_at) == bool(bounces)
        if bounces:
            standing = {each.bounce_class for each in bounces if each.rank == max(each.rank for each in bounces)}
            assert row.bounce_class in standing
        assert (row.bounce_class in {BounceClass.HARD, BounceClass.SUPPRESSED}) == (highest == 3)


def test_the_first_open_is_the_one_that_counts(campaign: Campaign) -> None:
    apply(OPEN_AGAIN(delivery(campaign)))
    apply(OPEN(delivery(campaign)))
    opened = delivery(campaign).opened_at
    assert opened is not None
    assert opened.isoformat() == "2026-07-01T11:59:57.801000+00:00"


# Opens and clicks, by whomever and by people

SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


def at(second: int) -> str:
    return f"2026-07-01T12:00:{second:02d}.000Z"


def clicked(second: int, link: str = "https://news.example/1", user_agent: str = SAFARI) -> Telling:
    return event("Click", timestamp=at(second), link=link, userAgent=user_agent)


def counted(campaign: Campaign) -> tuple[int, int, int, int]:
    report = campaign_report(campaign)
    return report.opened, report.opened_by_people, report.clicked, report.clicked_by_people


def test_a_person_who_opens_and_clicks_is_in_both_numbers(campaign: Campaign) -> None:
    row = delivery(campaign)
    apply(DELIVERY(row), event("Open", timestamp=at(20), userAgent=SAFARI)(row), clicked(30)(row))
    assert counted(campaign) == (1, 1, 1, 1)


def test_machines_are_in_one_alone(campaign: Campaign) -> None:
    apply(*(telling(row) for row in deliveries(campaign)[:2] for telling in (DELIVERY, OPEN)))
    apply(*(clicked(40, user_agent="Googlebot/2.1")(row) for row in deliveries(campaign)[:2]))
    assert counted(campaign) == (2, 0, 2, 0)


@pytest.mark.parametrize("delivery_first", [True, False])
def test_what_comes_within_seconds_of_the_delivery_is_no_persons(campaign: Campaign, delivery_first: bool) -> None:
    row = delivery(campaign)
    telling = [event("Delivery", timestamp=at(0)), event("Open", timestamp=at(1), userAgent=SAFARI), clicked(2)]
    for each in telling if delivery_first else telling[::-1]:
        apply(each(row))
    assert counted(campaign) == (1, 0, 1, 0)
    apply(event("Open", timestamp=at(50), userAgent=SAFARI)(row), clicked(55)(row))
    assert counted(campaign) == (1, 1, 1, 1)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_many_links_at_once_are_a_scanners_in_whatever_order_they_are_told(
    campaign: Campaign, order: Sequence[int]
) -> None:
    row = delivery(campaign)
    for index in order:
        apply(clicked(30 + index, f"https://news.example/{index}")(row))
    assert counted(campaign) == (0, 0, 1, 0)
    assert delivery(campaign).person_clicked_at is None


def test_clicks_of_an_older_attempt_are_no_part_of_it(campaign: Campaign) -> None:
    put(campaign, S.ACCEPTED, attempt=2)
    row = delivery(campaign)
    older = [event("Click", attempt=1, timestamp=at(30 + n), link=f"https://n.example/{n}") for n in range(3)]
    apply(*(telling(row) for telling in older), clicked(31)(row))
    assert counted(campaign) == (0, 0, 1, 1)


# What is about no current attempt


def test_an_older_attempts_event_changes_nothing_and_is_kept(campaign: Campaign) -> None:
    put(campaign, S.SUBMITTING, attempt=2, message_id=None)
    before = Delivery.objects.filter(campaign_id=campaign.pk, position=1).values().get()
    apply(*(told(name, delivery(campaign), attempt=1) for name in ("Send", "Delivery", "Reject", "Open")))
    assert Delivery.objects.filter(campaign_id=campaign.pk, position=1).values().get() == before
    kept = DeliveryEvent.objects.values_list("kind", "unmatched", "attempt")
    assert sorted(kept) == [(kind, True, 1) for kind in ("delivery", "open", "reject", "send")]


def test_an_older_attempts_complaint_is_still_the_readers_word(campaign: Campaign) -> None:
    put(campaign, S.SUBMITTING, attempt=2)
    apply(told("Complaint", delivery(campaign), attempt=1))
    assert suppression.is_suppressed(normalise(delivery(campaign).address))
    assert delivery(campaign).complained_at is None


def test_an_event_of_nothing_we_know_is_kept(campaign: Campaign) -> None:
    apply(json.dumps(published("Delivery", tag=f"{campaign.pk}-99-1")), json.dumps(published("Send", tag="999999-1-1")))
    assert set(DeliveryEvent.objects.values_list("kind", "unmatched")) == {("delivery", True), ("send", True)}
    assert applying.apply_pending() == 0


def test_what_matches_nothing_is_tried_again_less_and_less_often_and_matches_when_it_can(campaign: Campaign) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        put(campaign, S.SUBMITTING, attempt=2)
        text = told("Send", delivery(campaign))
        put(campaign, S.PENDING, attempt=1)
        apply(text)
        for pause in stored.AGAIN[:3]:
            assert applying.apply_pending() == 0
            clock.shift(pause)
            assert applying.apply_pending() == 1
            assert DeliveryEvent.objects.get().unmatched
        put(campaign, S.SUBMITTING, attempt=2)  # as a restored ledger has it
        clock.shift(stored.AGAIN[3])
        assert applying.apply_pending() == 1
    assert delivery(campaign).state == S.ACCEPTED
    assert not DeliveryEvent.objects.exists()


def test_what_never_matches_is_given_up_and_still_kept(campaign: Campaign) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        apply(json.dumps(published("Bounce", tag="999999-1-1")))
        for pause in stored.AGAIN:
            clock.shift(pause)
            assert applying.apply_pending() == 1
        clock.shift(365 * stored.AGAIN[-1])
        assert applying.apply_pending() == 0
    row = DeliveryEvent.objects.get()
    assert (row.unmatched, row.retry_at, row.tries) == (True, None, len(stored.AGAIN) + 1)


def test_one_pass_tries_a_bounded_number_again(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(applying.SOME, connection.vendor, 2)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        apply(*(json.dumps(published("Send", tag=f"999999-{position}-1")) for position in (1, 2, 3)))
        clock.shift(stored.AGAIN[0])
        assert [applying.apply_pending() for _ in range(3)] == [2, 1, 0]


def test_a_complaint_that_is_tried_again_sends_nobody_away_who_came_back(campaign: Campaign) -> None:
    row = delivery(campaign)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        apply(told("Complaint", row, attempt=7))
        assert suppression.unsuppress([normalise(row.address)]) == 1
        clock.shift(stored.AGAIN[0])
        assert applying.apply_pending() == 1
    assert not suppression.is_suppressed(normalise(row.address))


def test_two_attempts_at_one_delivery_in_one_run(campaign: Campaign) -> None:
    put(campaign, S.IN_DOUBT, attempt=2, message_id=None)
    row = delivery(campaign)
    apply(told("Send", row, attempt=1), told("Send", row, attempt=2), told("Delivery", row, attempt=2))
    assert (delivery(campaign).state, delivery(campaign).message_id) == (S.ACCEPTED, "ses-1-2")
    assert list(DeliveryEvent.objects.values_list("attempt", "unmatched")) == [(1, True)]


def test_several_campaigns_in_one_run(campaign: Campaign) -> None:
    other = sending(0, day=2)
    Delivery.objects.filter(campaign_id=other.pk).update(state=S.IN_DOUBT, attempt=1)
    apply(DELIVERY(delivery(campaign, 2)), DELIVERY(delivery(other, 2)))
    assert [bool(row.delivered_at) for row in deliveries(campaign)] == [False, True, False]
    assert [row.state for row in deliveries(other)] == [S.IN_DOUBT, S.ACCEPTED, S.IN_DOUBT]


# What is kept


@pytest.mark.parametrize(
    ("telling", "kept"),
    [
        (SEND, False),
        (DELIVERY, False),
        (DELAY, False),
        (OPEN, False),
        (CLICK, True),
        (HARD, True),
        (SOFT, True),
        (COMPLAINT, True),
        (REJECT, True),
        (FAILURE, True),
    ],
)
def test_what_the_ledger_says_as_well_is_removed(campaign: Campaign, telling: Telling, kept: bool) -> None:
    text = telling(delivery(campaign))
    apply(text)
    rows = list(DeliveryEvent.objects.all())
    assert len(rows) == kept
    for row in rows:
        assert (row.unmatched, json.loads(row.raw)) == (False, json.loads(text))
        assert row.applied_at is not None


# Readers


def reader(campaign: Campaign, position: int = 1) -> Subscription:
    return Subscription.objects.get(
        subscriber_id=delivery(campaign, position).subscriber_id, mailing_list=campaign.mailing_list
    )


@pytest.mark.parametrize("telling", [HARD, HELD_BACK, event("Bounce", bounceSubType="SomethingNew")])
def test_a_hard_bounce_suppresses_the_address_that_was_mailed(campaign: Campaign, telling: Telling) -> None:
    row = delivery(campaign)
    document = json.loads(telling(row))
    document["bounce"]["bouncedRecipients"][0]["emailAddress"] = "mailbox-17@internal.example"
    apply(json.dumps(document))
    suppressed = Suppression.objects.get()
    assert (suppressed.email, suppressed.reason) == (row.address, "hard_bounce")
    assert suppressed.note.startswith("SES event ")
    assert reader(campaign).status == Standing.SUBSCRIBED  # an address's fault, no reader's will


@pytest.mark.parametrize(
    "telling",
    [
        SEND,
        DELIVERY,
        DELAY,
        SOFT,
        CONTENT,
        REJECT,
        FAILURE,
        OPEN,
        CLICK,
        event("Complaint", complaintFeedbackType="not-spam"),
        event("Complaint", complaintFeedbackType="auth-failure"),
    ],
)
def test_what_is_no_fault_of_the_reader_does_nothing_to_the_reader(campaign: Campaign, telling: Telling) -> None:
    records = ConsentRecord.objects.count()
    apply(telling(delivery(campaign)))
    assert not Suppression.objects.exists()
    assert reader(campaign).status == Standing.SUBSCRIBED
    assert ConsentRecord.objects.count() == records
    assert delivery(campaign).complained_at is None


@pytest.mark.parametrize("kind", [None, "abuse", "fraud", "virus", "other", "SomethingNew"])
def test_a_complaint_suppresses_and_unsubscribes_from_every_list(campaign: Campaign, kind: str | None) -> None:
    other_list = readers(1, of="report")[0]
    Subscription.objects.filter(pk=other_list.pk).update(subscriber_id=delivery(campaign).subscriber_id)
    apply(told("Complaint", delivery(campaign), complaintFeedbackType=kind))
    assert Suppression.objects.get().reason == "complaint"
    mine = Subscription.objects.filter(subscriber_id=delivery(campaign).subscriber_id)
    assert list(mine.values_list("status", flat=True)) == [Standing.UNSUBSCRIBED] * 2
    records = ConsentRecord.objects.filter(action=ConsentAction.UNSUBSCRIBED)
    assert [(each.subscriber_id, each.source) for each in records] == [
        (delivery(campaign).subscriber_id, "SES complaint")
    ] * 2
    assert list(consent.broken_links()) == []
    assert reader(campaign, 2).status == Standing.SUBSCRIBED


def test_repeats_are_harmless(campaign: Campaign) -> None:
    texts = [telling(delivery(campaign)) for telling in (SEND, DELIVERY, HARD, COMPLAINT)]
    apply(*texts)
    before = (ledger_rows(campaign), Suppression.objects.get().reason, ConsentRecord.objects.count())
    DeliveryEvent.objects.update(applied_at=None)
    apply(*texts)
    assert (ledger_rows(campaign), Suppression.objects.get().reason, ConsentRecord.objects.count()) == before


# Events without a tag


def about(row: Delivery, name: str, **changes: Any) -> str:
    document = json.loads(json.dumps(notified(name, **changes)))
    document["mail"]["destination"] = [row.address]
    for part, recipients in (("bounce", "bouncedRecipients"), ("complaint", "complainedRecipients")):
        if part in document:
            document[part][recipients][0]["emailAddress"] = f"Some Body <{row.address.upper()}>"
    return json.dumps(document)


@pytest.mark.parametrize(("name", "standing"), [("Bounce", Standing.SUBSCRIBED), ("Complaint", Standing.UNSUBSCRIBED)])
def test_an_identity_notification_acts_on_the_address_alone(campaign: Campaign, name: str, standing: str) -> None:
    before = ledger_rows(campaign)
    apply(about(delivery(campaign), name))
    assert suppression.is_suppressed(normalise(delivery(campaign).address))
    assert reader(campaign).status == standing
    assert ledger_rows(campaign) == before
    assert [(row.unmatched, row.campaign_id) for row in DeliveryEvent.objects.all()] == [(False, None)]


def test_a_notification_of_a_delivery_says_nothing_we_keep(campaign: Campaign) -> None:
    before = ledger_rows(campaign)
    assert apply(about(delivery(campaign), "Delivery")) == 1
    assert ledger_rows(campaign) == before
    assert not DeliveryEvent.objects.exists()


def test_an_address_that_nobody_has_here_is_suppressed_all_the_same(campaign: Campaign) -> None:
    apply(json.dumps(published("Complaint", tag=None)))
    assert Suppression.objects.get().email == "reader@example.com"


def test_a_text_that_is_no_address_is_passed_over(campaign: Campaign) -> None:
    apply(json.dumps(published("Bounce", tag=None, bouncedRecipients=[{"emailAddress": "not an address"}])))
    assert not Suppression.objects.exists()
    assert DeliveryEvent.objects.get().applied_at is not None


# Runs


def test_runs_are_short_and_bounded(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(applying.SOME, connection.vendor, 2)
    door.store([telling(row) for row in deliveries(campaign) for telling in (SEND, DELIVERY)])
    assert applying.apply_pending(most=3) == 4
    assert DeliveryEvent.objects.filter(applied_at=None).count() == 2
    assert applying.apply_pending() == 2
    assert all(row.delivered_at for row in deliveries(campaign))


def test_a_run_that_breaks_is_done_again(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> int:
        raise RuntimeError("lost the database")

    with monkeypatch.context() as patch:
        patch.setattr(suppression, "suppress_each", fail)
        with pytest.raises(RuntimeError):
            apply(HARD(delivery(campaign)))
    assert delivery(campaign).bounced_at is None
    assert applying.apply_pending() == 1
    assert delivery(campaign).bounced_at is not None
    assert Suppression.objects.count() == 1


def test_the_statements_of_a_run_do_not_grow_with_its_events(statements: list[str]) -> None:
    campaign = sending(60)
    Delivery.objects.update(state=S.IN_DOUBT, attempt=1)
    counts = []
    for some in (deliveries(campaign)[:10], deliveries(campaign)[10:]):
        door.store([telling(row) for row in some for telling in (SEND, DELIVERY)])
        del statements[:]
        assert applying.apply_pending() == 2 * len(some)
        counts.append(len(statements))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_two_engines_apply_every_event_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(applying.SOME, connection.vendor, 5)
    campaign = sending(20)
    Delivery.objects.update(state=S.IN_DOUBT, attempt=1)
    door.store([COMPLAINT(row) for row in deliveries(campaign)])
    assert sum(at_once(applying.apply_pending, applying.apply_pending)) == 20
    assert {row.state for row in deliveries(campaign)} == {S.ACCEPTED}
    assert ConsentRecord.objects.filter(action=ConsentAction.UNSUBSCRIBED).count() == 20
    assert list(consent.broken_links()) == []


@pytest.mark.server_database
def test_what_waits_is_not_sorted_for_each_run(campaign: Campaign) -> None:
    """By its statistics, which know nothing of what came since, PostgreSQL would sort all of it."""
    door.store([SEND(row) for row in deliveries(campaign)])
    waiting = DeliveryEvent.objects.filter(applied_at=None).order_by("received_at")[:2]
    with stored._by_the_index():
        assert "events_to_apply" in waiting.explain()
        assert "Sort" not in waiting.explain()
