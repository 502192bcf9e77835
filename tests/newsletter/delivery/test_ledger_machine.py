"""Whatever happens, in whatever order: the promises of the ledger, tried by a machine that makes up stories."""

from __future__ import annotations

import contextlib
import datetime
import functools
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, cast

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from chaos import moves
from newsletter.delivery import campaigns, faults, leases, ledger, rate, sender, traces
from newsletter.delivery.faults import Point
from newsletter.delivery.gateways import Answer, CallFailed, Failure, Letter, Mail, Outcome
from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.delivery.ledger import Settlement
from newsletter.errors import Refused
from newsletter.events import applying, door
from newsletter.models import Batch, Campaign, CampaignStatus, DeliveryState
from subscribers import subscriptions, suppression
from subscribers.addresses import normalise
from subscribers.models import Subscription, SuppressionReason
from tests.newsletter.delivery.making import (
    EVIDENCE,
    configure,
    deliveries,
    delivery,
    never,
    ops,
    readers,
    scheduled,
    tick,
)
from tests.newsletter.events.telling import told

pytestmark = [pytest.mark.dialects, pytest.mark.usefixtures("installation")]
S = DeliveryState
RECIPIENTS, BATCH, CHUNK = 6, 3, 2
GRACE = datetime.timedelta(hours=7)
ALLOWED = {(before, after) for before, targets in moves.ALLOWED.items() for after in targets} | {
    (S.REJECTED, S.PENDING)
}
# What SES says of a mail, and whether it took it. It never says that it did what it didn't.
HONEST = [
    (Outcome.ACCEPTED, True),
    (Outcome.ACCEPTED, True),
    (Outcome.REJECTED, False),
    (Outcome.AGAIN, False),
    (Outcome.THROTTLED, False),
    (Outcome.STOP, False),
    (Outcome.IN_DOUBT, False),
    (Outcome.IN_DOUBT, True),
]
# Calls that fail as a whole, and whether SES took the mails all the same.
FAILED = [(Failure.IN_DOUBT, True), (Failure.IN_DOUBT, False), (Failure.BAD_REQUEST, False), (Failure.NOT_SENT, False)]
BOUNDARIES: tuple[Point, ...] = (
    "leased",
    "renewing",
    "claiming",
    "claimed",
    "calling",
    "answered",
    "written",
    "releasing",
)


class Death(BaseException):
    pass


def die(_: Point) -> None:
    raise Death


class Ses(MemoryGateway):
    """Does what it is told with each mail, and remembers what it took."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[tuple[int, int]] = []
        self.gone: set[str] = set()
        self.outcomes = HONEST[:1]
        self.failed: tuple[Failure, bool] | None = None
        self.answer: list[Settlement] = []

    def send(self, mail: Mail, letters: Sequence[Letter]) -> list[Answer]:
        assert not {letter.address for letter in letters} & self.gone, "who has left is not mailed"
        tags = [tuple(map(int, letter.tags["delivery"].split("-")[1:])) for letter in letters]
        chosen = [self.outcomes[index % len(self.outcomes)] for index in range(len(letters))]
        taken = [self.failed[1] if self.failed else took for _, took in chosen]
        self.taken += [(position, attempt) for (position, attempt), took in zip(tags, taken, strict=True) if took]
        if self.failed:
            raise CallFailed(self.failed[0], "FAILED", "as told")
        self.answer = [
            Settlement(position, attempt, sender.STATES[outcome], "id" if took else None)
            for (position, attempt), (outcome, took) in zip(tags, chosen, strict=True)
        ]
        return [Answer(outcome, message_id="id" if took else None, code=outcome.upper()) for outcome, took in chosen]


class Story(RuleBasedStateMachine):
    """One campaign from its freeze on. All of it happens in a savepoint, so that each story begins anew."""

    def __init__(self, campaign: Campaign, clock: time_machine.Traveller) -> None:
        super().__init__()
        self.clock, self.began = clock, timezone.now()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.campaign = Campaign.objects.get(pk=campaign.pk)
        self.ses = Ses()
        self.words: Counter[int] = Counter()
        self.slow: list[tuple[Batch, list[Settlement]]] = []
        tick(self.ses)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)
        self.clock.move_to(self.began)

    # Workers

    @rule(
        number=st.sampled_from([0, 1]),
        outcomes=st.lists(st.sampled_from(HONEST), min_size=1, max_size=CHUNK),
        failed=st.sampled_from([None, None, None, *FAILED]),
        dies=st.sampled_from([None, None, *BOUNDARIES]),
    )
    def a_worker_sends(
        self, number: int, outcomes: list[Any], failed: tuple[Failure, bool] | None, dies: Point | None
    ) -> None:
        batch, self.ses.answer = self.campaign.batches.get(number=number), []
        self.ses.outcomes, self.ses.failed = outcomes, failed
        try:
            with faults.armed(dies, die) if dies else contextlib.nullcontext():
                sender.send_batch(batch.pk, self.ses, never)
        except Death:
            batch.refresh_from_db()
            if dies == "answered" and self.ses.answer:
                self.slow.append((batch, self.ses.answer))

    @precondition(lambda self: self.slow)
    @rule()
    def a_worker_was_only_slow(self) -> None:
        """What seemed to be dead writes its answer, whoever holds the batch by now."""
        batch, settlements = self.slow.pop(0)
        with transaction.atomic():
            if any(each.state == S.IN_DOUBT for each in settlements):
                leases.doubts(batch)
            ledger.answer(self.campaign.pk, settlements)
        leases.release(batch)

    # The engine and its clock

    @rule(seconds=st.sampled_from([6, 91, 3600, -3600, 25_000]))
    def time_passes(self, seconds: int) -> None:
        """Or jumps, either way."""
        self.clock.shift(datetime.timedelta(seconds=seconds))

    @rule()
    def the_engine_ticks(self) -> None:
        tick(self.ses)

    # SES's word

    @precondition(lambda self: self.ses.taken)
    @rule(data=st.data(), kind=st.sampled_from(["Send", "Delivery", "Bounce", "Reject"]), times=st.integers(1, 2))
    def an_event_arrives(self, data: st.DataObject, kind: str, times: int) -> None:
        """Of any attempt that was taken, in any order, once or twice."""
        position, attempt = data.draw(st.sampled_from(sorted(set(self.ses.taken))))
        for _ in range(times):
            door.store([told(kind, delivery(self.campaign, position), attempt=attempt)])
            applying.apply_pending()

    # People

    @rule(position=st.integers(1, RECIPIENTS), suppressed=st.booleans())
    def a_reader_leaves(self, position: int, suppressed: bool) -> None:
        row = delivery(self.campaign, position)
        if suppressed:
            suppression.suppress([normalise(row.address)], SuppressionReason.HARD_BOUNCE, "test")
        else:
            subscriptions.unsubscribe(Subscription.objects.get(subscriber_id=row.subscriber_id), EVIDENCE)
        self.ses.gone.add(row.address)

    @rule(what=st.sampled_from(["pause", "resume", "resume", "rejected", "in_doubt"]))
    def an_operator_acts(self, what: str) -> None:
        self.campaign.refresh_from_db()
        with contextlib.suppress(Refused):
            if what == "pause":
                campaigns.pause(self.campaign, ops(), "wait")
            elif what == "resume":
                campaigns.resume(self.campaign, ops())
            else:
                self._resend(what)

    def _resend(self, only: str) -> None:
        state = {"rejected": S.REJECTED, "in_doubt": S.IN_DOUBT}[only]
        named = [row.position for row in deliveries(self.campaign) if row.state == state]
        assert campaigns.resend(self.campaign, ops(), only) == len(named)
        self.words.update(named)

    @rule(sure=st.sampled_from([False, False, False, True]))
    def an_operator_cancels(self, sure: bool) -> None:
        self.campaign.refresh_from_db()
        with contextlib.suppress(Refused):
            if sure:
                campaigns.cancel(self.campaign, ops())

    # The end

    @rule()
    def everything_settles(self) -> None:
        """SES answers, its events arrive and nobody is killed: then nothing is left open or in doubt."""
        self.ses.outcomes, self.ses.failed = HONEST[:1], None
        for _ in range(4):
            self.an_operator_acts("resume")
            self.clock.shift(GRACE)
            tick(self.ses)
            for batch in self.campaign.batches.order_by("number"):
                sender.send_batch(batch.pk, self.ses, never)
        door.store([told("Send", delivery(self.campaign, at), attempt=attempt) for at, attempt in self.ses.taken])
        applying.apply_pending()
        self.clock.shift(GRACE)
        traces.seen(timezone.now())  # SES has told of a call made just now
        self.clock.shift(GRACE)
        tick(self.ses)
        for row in deliveries(self.campaign):
            assert row.state in {S.ACCEPTED, S.REJECTED, S.SKIPPED}
            assert row.code != "no_trace" or (row.position, row.attempt) not in self.ses.taken

    # The promises

    @invariant()
    def every_recipient_has_one_state(self) -> None:
        self.campaign.refresh_from_db()
        assert self.campaign.status not in {CampaignStatus.SCHEDULED, CampaignStatus.PREPARING}
        states = ledger.states_in(self.campaign.pk, 1, RECIPIENTS)
        assert set(states) <= set(S)
        assert states.total() == self.campaign.recipients == RECIPIENTS

    @invariant()
    def nobody_gets_it_twice_without_an_operators_word(self) -> None:
        for position, times in Counter(position for position, _ in self.ses.taken).items():
            assert times <= 1 + self.words[position]

    @invariant()
    def what_is_accepted_was_taken(self) -> None:
        accepted = {(row.position, row.attempt) for row in deliveries(self.campaign) if row.state == S.ACCEPTED}
        assert accepted <= set(self.ses.taken)

    @invariant()
    def only_the_moves_of_the_state_table_happen(self) -> None:
        assert moves.made() <= ALLOWED

    @invariant()
    def only_an_operator_opens_what_was_rejected(self) -> None:
        assert (S.REJECTED, S.PENDING) not in moves.made() or self.words


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def test_the_promises_of_the_ledger(clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(batch_size=BATCH)
    monkeypatch.setattr(rate, "chunk_size", lambda *_: CHUNK)
    readers(RECIPIENTS)
    campaign = scheduled()
    moves.watch()
    bounded = settings(
        max_examples=10,
        stateful_step_count=16,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    a_story = cast("type[Story]", functools.partial(Story, campaign, clock))
    run_state_machine_as_test(a_story, settings=bounded)
