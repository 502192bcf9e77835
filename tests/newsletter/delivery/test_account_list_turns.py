"""When a pass over SES's account list is due, and whose turn it is."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Iterator

import pytest
import time_machine
from django.utils import timezone

from newsletter.delivery import account_list_turns as turns
from newsletter.delivery.account_list import Synced, sync, sync_if_due
from newsletter.delivery.gateways import CallFailed, Failure
from newsletter.delivery.gateways.memory_account_list import MemoryAccountList
from newsletter.errors import Refused
from newsletter.models import AccountListSync
from subscribers import suppression
from subscribers.addresses import normalise
from subscribers.models import Suppression, SuppressionReason
from tests.newsletter.delivery.making import never
from tests.newsletter.delivery.threads import at_once

pytestmark = pytest.mark.usefixtures("installation")
MINUTE, HOUR = datetime.timedelta(minutes=1), datetime.timedelta(hours=1)
ADA = normalise("ada@example.test")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def test_a_pass_is_due_once_a_day(clock: time_machine.Traveller) -> None:
    account = MemoryAccountList()
    assert sync_if_due(account, never) == Synced()
    clock.shift(24 * HOUR - MINUTE)
    assert sync_if_due(account, never) is None
    clock.shift(MINUTE)
    assert sync_if_due(account, never) == Synced()
    assert len(account.calls) == 2


def test_one_that_was_cut_short_goes_on_after_some_minutes(clock: time_machine.Traveller) -> None:
    suppression.suppress([ADA], SuppressionReason.HARD_BOUNCE)

    def throttle(call: str) -> None:
        if call.startswith("put"):
            raise CallFailed(Failure.THROTTLED, "TooManyRequestsException", "slow down")

    done = sync_if_due(MemoryAccountList(meanwhile=throttle), never)
    assert done == Synced(left=1, problem="TooManyRequestsException: slow down")
    assert sync_if_due(MemoryAccountList(), never) is None
    clock.shift(10 * MINUTE)  # the next beat
    assert sync_if_due(MemoryAccountList(), never) == Synced(pushed=1)


def test_a_lifted_suppression_waits_for_the_next_beat_and_not_for_a_day(clock: time_machine.Traveller) -> None:
    suppression.suppress([ADA], SuppressionReason.HARD_BOUNCE)
    account = MemoryAccountList()
    sync_if_due(account, never)
    clock.shift(MINUTE)
    suppression.unsuppress([ADA])
    assert sync_if_due(account, never) == Synced(deleted=1)
    assert sync_if_due(account, never) is None
    assert account.entries == {}


def test_one_that_ses_refuses_to_delete_is_not_tried_with_every_beat(clock: time_machine.Traveller) -> None:
    def refuse(call: str) -> None:
        if call.startswith("delete"):
            raise CallFailed(Failure.BAD_REQUEST, "BadRequestException", "no")

    account = MemoryAccountList(meanwhile=refuse)
    suppression.suppress([ADA], SuppressionReason.HARD_BOUNCE)
    suppression.unsuppress([ADA])
    clock.shift(MINUTE)
    assert sync_if_due(account, never) == Synced(refused=1)
    clock.shift(10 * MINUTE)
    assert sync_if_due(account, never) is None
    clock.shift(24 * HOUR)
    assert sync_if_due(account, never) == Synced(refused=1)


def test_only_what_changed_is_read_every_day_and_all_of_it_on_demand(clock: time_machine.Traveller) -> None:
    account = MemoryAccountList()
    sync_if_due(account, never)
    clock.shift(30 * MINUTE)
    account.add("soon@example.test")
    clock.shift(24 * HOUR)
    assert sync_if_due(account, never) == Synced(pulled=1)
    Suppression.objects.all().delete()
    clock.shift(-30 * MINUTE)
    account.add("late@example.test")  # by a clock that is slow
    clock.shift(25 * HOUR)
    assert sync_if_due(account, never) == Synced(pulled=1)
    assert Suppression.objects.get().email == "late@example.test"
    assert sync(account) == Synced(pulled=1)


def test_a_list_that_was_not_read_to_its_end_is_read_again(clock: time_machine.Traveller) -> None:
    account = MemoryAccountList(page_size=1)
    account.add("one@example.test")
    account.add("two@example.test")

    def throttle(call: str) -> None:
        if call == "page 1":
            raise CallFailed(Failure.THROTTLED, "TooManyRequestsException", "slow down")

    account.meanwhile = throttle
    assert sync(account).pulled == 1
    assert AccountListSync.objects.get().read_at is None
    account.meanwhile = lambda call: None
    clock.shift(10 * HOUR)
    assert sync_if_due(account, never) == Synced(pulled=1)


def test_another_is_refused_while_one_is_under_way(clock: time_machine.Traveller) -> None:
    turn = turns.take(if_due=False)
    assert turn
    assert sync_if_due(MemoryAccountList(), never) is None
    with pytest.raises(Refused, match="being synced already"):
        sync(MemoryAccountList())
    turns.end(turn, whole=True, problem="")
    assert sync(MemoryAccountList()) == Synced()


def test_the_turn_of_a_process_that_died_is_taken_and_it_writes_no_more(clock: time_machine.Traveller) -> None:
    dead = turns.take(if_due=True)
    assert dead
    clock.shift(turns.LEASE)
    living = turns.take(if_due=True)
    assert living
    turns.end(dead, whole=True, problem="late")
    row = turns.current()
    assert (row.lease_until, row.problem, row.synced_at) == (living.lease_until, "", None)


def test_a_pass_that_breaks_gives_its_turn_back(clock: time_machine.Traveller) -> None:
    def interrupt(call: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sync(MemoryAccountList(meanwhile=interrupt))
    assert sync(MemoryAccountList()) == Synced()


@pytest.mark.dialects
@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_once_one_syncs() -> None:
    suppression.suppress([normalise(f"r{number}@example.test") for number in range(20)], SuppressionReason.COMPLAINT)
    account, both = MemoryAccountList(), threading.Barrier(2)

    def work() -> Synced | None:
        both.wait(10)
        return sync_if_due(account, never)

    done = at_once(work, work)
    assert sorted(done, key=bool) == [None, Synced(pushed=20)]
    assert len(account.calls) == len(set(account.calls)) == 21
