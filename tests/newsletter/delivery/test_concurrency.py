"""Workers and engines at once, with real transactions: claims give safety, whatever the leases say."""

from __future__ import annotations

import functools
import threading
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import OperationalError, connection

from newsletter.delivery import campaigns, leases, ledger, rate, sender
from newsletter.delivery.gateways import Answer, Letter, Mail
from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.models import Batch, Campaign, CampaignStatus, DeliveryState
from tests.newsletter.delivery.making import (
    addresses,
    configure,
    deliveries,
    never,
    ops,
    readers,
    scheduled,
    sending,
    states,
    tick,
)
from tests.newsletter.delivery.threads import at_once, elsewhere

pytestmark = [
    pytest.mark.dialects,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("installation"),
]
S = DeliveryState


def test_the_claim_is_committed_and_no_transaction_is_open_when_ses_is_called() -> None:
    campaign, seen = sending(3), []

    def look(mail: Mail, letters: Sequence[Letter]) -> list[Answer]:
        seen.append((connection.in_atomic_block, elsewhere(lambda: states(campaign))))
        return gateway.accept(mail, letters)

    gateway = MemoryGateway(look)
    sender.send_batch(campaign.batches.get().pk, gateway, never)
    assert seen == [(False, [S.SUBMITTING] * 3)]
    assert elsewhere(lambda: states(campaign)) == [S.ACCEPTED] * 3


def test_two_senders_on_one_batch_send_to_nobody_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both believe that the lease is theirs, as after one that ran out under a slow worker."""
    campaign = sending(60)
    batch = campaign.batches.get()
    monkeypatch.setattr(leases, "take", lambda batch_id, owner: Batch.objects.get(pk=batch_id))
    monkeypatch.setattr(rate, "chunk_size", lambda *_: 7)
    gateways = [MemoryGateway() for _ in range(3)]
    both = at_once(*(functools.partial(sender.send_batch, batch.pk, gateway, never) for gateway in gateways))
    got = Counter(address for gateway in gateways for address in addresses(gateway))
    assert got == Counter(row.address for row in deliveries(campaign))
    assert sum(both) == 60
    assert {(row.state, row.attempt) for row in deliveries(campaign)} == {(S.ACCEPTED, 1)}
    campaign.batches.update(done_at=None)
    tick()


class Deadlock(Exception):
    sqlstate = "40P01"


@pytest.mark.parametrize("statement", ["claim", "answer"])
def test_a_statement_that_the_database_ends_for_a_deadlock_is_made_again(
    monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    campaign, gateway = sending(3), MemoryGateway()
    work, ended = getattr(ledger, statement), list[str]()

    def once(*arguments: Any) -> Any:
        if not ended:
            ended.append(statement)
            raise OperationalError("deadlock detected") from Deadlock()
        return work(*arguments)

    monkeypatch.setattr(ledger, statement, once)
    assert sender.send_batch(campaign.batches.get().pk, gateway, never) == 3
    assert ended == [statement]
    assert {(row.state, row.attempt) for row in deliveries(campaign)} == {(S.ACCEPTED, 1)}
    assert len(gateway.sent) == 3


def test_one_of_two_workers_gets_the_lease() -> None:
    batch = sending(3).batches.get()
    taken = at_once(*(functools.partial(leases.take, batch.pk, f"worker {n}") for n in range(4)))
    assert sum(each is not None for each in taken) == 1


def test_two_engines_at_once_freeze_once_and_enqueue_no_batch_twice() -> None:
    configure(batch_size=5)
    readers(40)
    campaign = scheduled()
    enqueued = [batch_id for ids in at_once(*[tick] * 3) for batch_id in ids]
    enqueued += tick()
    assert sorted(enqueued) == sorted(campaign.batches.values_list("pk", flat=True))
    campaign.refresh_from_db()
    assert (campaign.status, campaign.recipients, len(deliveries(campaign))) == (CampaignStatus.SENDING, 40, 40)
    moves = campaign.transitions.order_by("pk").values_list("to_status", flat=True)
    assert list(moves) == ["scheduled", "preparing", "sending"]


def test_two_people_at_once_make_one_move() -> None:
    campaign = sending(3)
    user = ops()

    def pause() -> bool:
        return campaigns.pause(Campaign.objects.get(pk=campaign.pk), user, "wait")

    assert sorted(at_once(pause, pause, pause)) == [False, False, True]
    assert campaign.transitions.filter(to_status="paused").count() == 1


def test_a_cancellation_at_any_moment_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "chunk_size", lambda *_: 3)
    campaign = sending(30)
    batch, user, started = campaign.batches.get(), ops(), threading.Event()

    def first(mail: Mail, letters: Sequence[Letter]) -> list[Answer]:
        started.set()
        return gateway.accept(mail, letters)

    gateway = MemoryGateway(first)

    def cancel() -> int:
        started.wait(10)
        campaigns.cancel(Campaign.objects.get(pk=campaign.pk), user)
        return 0

    sent, _ = at_once(functools.partial(sender.send_batch, batch.pk, gateway, never), cancel)
    assert Counter(states(campaign)) == Counter({S.ACCEPTED: sent, S.SKIPPED: 30 - sent})
    assert len(gateway.sent) == sent
