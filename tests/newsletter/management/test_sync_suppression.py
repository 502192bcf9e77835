from __future__ import annotations

import pytest

from newsletter import tasks
from newsletter.delivery import account_list_turns
from newsletter.delivery.gateways import CallFailed, Failure
from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.delivery.gateways.memory_account_list import MemoryAccountList
from newsletter.management.commands import sync_suppression
from newsletter.models import AccountListSync, Installation
from subscribers import suppression
from subscribers.addresses import normalise
from subscribers.models import SuppressionReason
from tests.newsletter.desk import Desk
from tests.newsletter.management.running import refused, run, run_json


@pytest.fixture
def account(desk: Desk, gateway: MemoryGateway, monkeypatch: pytest.MonkeyPatch) -> MemoryAccountList:
    """SES names one, we know two, and lifted one."""
    account = MemoryAccountList()
    for module in (sync_suppression, tasks):
        monkeypatch.setattr(module, "default_account_list", lambda: account)
    account.add("theirs@example.test")
    emails = [normalise(f"{name}@example.test") for name in ("one", "two", "lifted")]
    suppression.suppress(emails, SuppressionReason.HARD_BOUNCE)
    suppression.unsuppress(emails[2:])
    return account


def throttle(call: str) -> None:
    if call.startswith("put"):
        raise CallFailed(Failure.THROTTLED, "TooManyRequestsException", "slow down")


def refuse_one(call: str) -> None:
    if call.startswith("put one"):
        raise CallFailed(Failure.BAD_REQUEST, "BadRequestException", "no")


def test_says_what_it_did(account: MemoryAccountList) -> None:
    said = run("sync_suppression")
    assert said == "SES's account list is synced: 1 taken over, 2 put on it, 1 taken off it.\n"
    assert sorted(account.entries) == ["one@example.test", "theirs@example.test", "two@example.test"]


def test_says_what_ses_refused_and_what_is_left(account: MemoryAccountList, monkeypatch: pytest.MonkeyPatch) -> None:
    account.meanwhile = refuse_one
    assert "1 put on it, 1 taken off it, 1 refused by SES.\n" in run("sync_suppression")


def test_json(account: MemoryAccountList) -> None:
    assert run_json("sync_suppression") == {"pulled": 1, "pushed": 2, "deleted": 1, "refused": 0, "left": 0}


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_fails_with_what_hindered_it(words: tuple[str, ...], account: MemoryAccountList) -> None:
    account.meanwhile = throttle
    assert refused("sync_suppression", *words) == (
        "SES's account list was not synced to the end: TooManyRequestsException: slow down "
        "(1 taken over, 0 put on it, 1 taken off it, 2 left for the next pass)"
    )
    account.meanwhile = lambda call: None
    assert run_json("sync_suppression")["pushed"] == 2


def test_is_refused_to_a_restored_copy(account: MemoryAccountList) -> None:
    Installation.objects.update(instance="elsewhere")
    assert "manage.py adopt" in refused("sync_suppression")
    assert account.calls == []


def test_is_refused_while_a_worker_does_it(account: MemoryAccountList) -> None:
    account_list_turns.take(if_due=True)
    assert refused("sync_suppression") == "SES's account list is being synced already; try again in a few minutes."


def test_the_task_does_it_once_a_day(account: MemoryAccountList) -> None:
    tasks.sync_suppressions()
    tasks.sync_suppressions()
    assert len(account.entries) == 3
    assert sum(call == "page" for call in account.calls) == 1
    assert AccountListSync.objects.get().synced_at
