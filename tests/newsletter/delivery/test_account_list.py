"""Passes over SES's account list, kept in memory."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import pytest
from django.db import connection

from newsletter.delivery import account_list
from newsletter.delivery.account_list import Synced, sync, sync_if_due
from newsletter.delivery.gateways import CallFailed, Failure
from newsletter.delivery.gateways.account_list import ListReason
from newsletter.delivery.gateways.memory_account_list import MemoryAccountList
from newsletter.errors import SendingRefused
from newsletter.models import AccountListSync, Installation
from subscribers import suppression
from subscribers.addresses import Address, normalise
from subscribers.models import LiftedSuppression, Suppression, SuppressionReason
from tests.newsletter.delivery.making import never

pytestmark = pytest.mark.usefixtures("installation")
R = SuppressionReason
THROTTLED = CallFailed(Failure.THROTTLED, "TooManyRequestsException", "slow down")


def suppress(*emails: str, reason: SuppressionReason = R.HARD_BOUNCE) -> None:
    suppression.suppress([normalise(email) for email in emails], reason)


def unsuppress(*emails: str) -> None:
    suppression.unsuppress([normalise(email) for email in emails])


def suppressed() -> dict[str, str]:
    return dict(Suppression.objects.values_list("email", "reason"))


def listed(account: MemoryAccountList) -> dict[str, str]:
    return {address: reason for address, (reason, _) in account.entries.items()}


def failing(failure: CallFailed, *, after: int = 0, on: str = "") -> Callable[[str], None]:
    """The calls that begin with ``on`` fail from the one after so many."""
    seen: list[str] = []

    def look(call: str) -> None:
        if call.startswith(on):
            seen.append(call)
            if len(seen) > after:
                raise failure

    return look


def test_what_ses_names_is_suppressed_page_by_page() -> None:
    account = MemoryAccountList(page_size=2)
    for number in range(5):
        account.add(f"r{number}@example.test", ListReason.COMPLAINT if number == 3 else ListReason.BOUNCE)
    assert sync(account) == Synced(pulled=5)
    assert [call for call in account.calls if call.startswith("page")] == ["page", "page 2", "page 4"]
    assert {email: reason for email, reason in suppressed().items() if reason == R.COMPLAINT} == {
        "r3@example.test": R.COMPLAINT
    }
    assert sync(account) == Synced()


def test_ses_is_told_of_bounces_and_complaints_alone() -> None:
    for reason in R:
        suppress(f"{reason}@example.test", reason=reason)
    account = MemoryAccountList()
    assert sync(account) == Synced(pushed=2)
    assert listed(account) == {"hard_bounce@example.test": "BOUNCE", "complaint@example.test": "COMPLAINT"}
    account.calls.clear()
    assert sync(account) == Synced()
    assert account.calls == ["page"]


def test_what_both_know_keeps_our_reason_and_is_told_to_nobody() -> None:
    suppress("known@example.test", reason=R.MANUAL)
    suppress("bounced@example.test")
    account = MemoryAccountList()
    account.add("known@example.test", ListReason.COMPLAINT)
    account.add("bounced@example.test")
    assert sync(account) == Synced()
    assert suppressed() == {"known@example.test": R.MANUAL, "bounced@example.test": R.HARD_BOUNCE}
    assert account.calls == ["page"]


def test_what_was_lifted_leaves_the_account_list_and_does_not_come_back() -> None:
    suppress("back@example.test", "gone@example.test")
    account = MemoryAccountList()
    sync(account)
    unsuppress("back@example.test")
    assert sync(account) == Synced(deleted=1)
    assert (list(listed(account)), list(suppressed())) == (["gone@example.test"], ["gone@example.test"])
    assert not LiftedSuppression.objects.exists()
    assert sync(account) == Synced()


def test_a_list_that_lags_behind_brings_back_nobody() -> None:
    suppress("back@example.test")
    account = MemoryAccountList()
    sync(account)
    unsuppress("back@example.test")

    def lag(call: str) -> None:
        if call == "page":
            account.add("back@example.test")

    account.meanwhile = lag
    assert sync(account) == Synced(deleted=1)
    assert suppressed() == {}


def test_what_is_lifted_while_the_list_is_read_is_not_taken_over() -> None:
    suppress("back@example.test")
    account = MemoryAccountList(meanwhile=lambda call: unsuppress("back@example.test") if call == "page" else None)
    account.add("back@example.test")
    assert sync(account).pulled == 0
    assert suppressed() == {}
    assert sync(account) == Synced(deleted=1)
    assert listed(account) == {}


def test_ses_keeps_what_it_found_in_lower_case_and_what_it_was_told_as_it_was_told() -> None:
    suppress("Ada@example.test")
    account = MemoryAccountList()
    sync(account)
    account.add("ada@example.test")
    unsuppress("Ada@example.test")
    assert sync(account) == Synced(deleted=1)
    assert listed(account) == {}


def test_what_was_suppressed_again_is_not_taken_off() -> None:
    suppress("again@example.test")
    account = MemoryAccountList()
    sync(account)
    unsuppress("again@example.test")
    suppress("again@example.test", reason=R.COMPLAINT)
    assert sync(account).deleted == 0
    assert list(listed(account)) == ["again@example.test"]


def test_who_was_erased_cannot_be_named() -> None:
    suppress("erased@example.test")
    Suppression.objects.update(email="")
    account = MemoryAccountList()
    assert sync(account) == Synced()
    assert account.calls == ["page"]


def test_who_was_erased_and_then_lifted_is_taken_off_once_ses_names_them() -> None:
    suppress("erased@example.test")
    Suppression.objects.update(email="")
    suppression.unsuppress([Address("", "", normalise("erased@example.test").hash)])  # as the admin does
    account = MemoryAccountList()
    account.add("erased@example.test")
    assert sync(account).pulled == 0
    assert sync(account) == Synced(deleted=1)
    assert (listed(account), suppressed(), LiftedSuppression.objects.count()) == ({}, {}, 0)


def test_what_is_no_address_to_us_is_counted_and_not_named(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    account = MemoryAccountList()
    for address, reason in {"読者@example.test": "BOUNCE", "a@b@c": "BOUNCE", "new@example.test": "NEW"}.items():
        account.add(address, reason)
    account.add("good@example.test")
    assert sync(account) == Synced(pulled=1)
    assert list(suppressed()) == ["good@example.test"]
    assert "3 entries of SES's account list" in caplog.text
    assert "@" not in caplog.text


@pytest.mark.parametrize("failure", [f for f in Failure if f != Failure.BAD_REQUEST])
def test_a_pass_that_fails_half_way_keeps_what_was_done_and_goes_on(failure: Failure) -> None:
    suppress(*(f"r{number}@example.test" for number in range(5)))
    failed = CallFailed(failure, "Code", "no", "Mend it.")
    account = MemoryAccountList(meanwhile=failing(failed, after=2, on="put"))
    assert sync(account) == Synced(pushed=2, left=3, problem="Code: no Mend it.")
    row = AccountListSync.objects.get()
    assert (row.synced_at, row.lease_until, row.problem) == (None, None, "Code: no Mend it.")
    account.meanwhile = lambda call: None
    account.calls.clear()
    assert sync(account) == Synced(pushed=3)
    assert len(account.calls) == 1 + 3
    row.refresh_from_db()
    assert row.synced_at
    assert row.problem == ""


def test_a_pass_that_fails_while_reading_has_told_what_was_lifted() -> None:
    suppress("back@example.test", "ours@example.test")
    account = MemoryAccountList(page_size=1)
    sync(account)
    unsuppress("back@example.test")
    for number in range(3):
        account.add(f"r{number}@example.test")
    account.meanwhile = failing(THROTTLED, after=2, on="page")
    done = sync(account)
    assert (done.deleted, done.pulled) == (1, 1)
    account.meanwhile = lambda call: None
    assert sync(account) == Synced(pulled=2)


def test_no_problem_names_an_address(caplog: pytest.LogCaptureFixture) -> None:
    suppress("my+secret@example.test")
    said = CallFailed(Failure.STOP, "Code", "my+secret@example.test is bad: /addresses/my%2Bsecret%40example.test")
    done = sync(MemoryAccountList(meanwhile=failing(said, on="put")))
    assert done.problem == AccountListSync.objects.get().problem == "Code: … is bad: /addresses/…"
    assert "Code" in caplog.text
    assert "secret" not in caplog.text


def test_an_address_that_ses_refuses_hinders_no_other_and_is_tried_again() -> None:
    suppress("bad@example.test", "good@example.test")
    refusing = failing(CallFailed(Failure.BAD_REQUEST, "BadRequestException", "no"), on="put bad")
    account = MemoryAccountList(meanwhile=refusing)
    assert sync(account) == Synced(pushed=1, refused=1)
    assert AccountListSync.objects.get().synced_at
    account.meanwhile = lambda call: None
    assert sync(account) == Synced(pushed=1)


def test_where_ses_refuses_all_the_pass_ends_without_their_names() -> None:
    suppress(*(f"r{number}@example.test" for number in range(30)))
    refusing = failing(CallFailed(Failure.BAD_REQUEST, "BadRequestException", "r1@example.test"), on="put")
    account = MemoryAccountList(meanwhile=refusing)
    done = sync(account)
    assert (done.pushed, done.refused, len(account.calls)) == (0, 10, 11)
    assert done.problem == "BadRequestException: SES refuses one address after another."
    assert AccountListSync.objects.get().synced_at is None


def test_a_lifted_one_that_ses_will_not_delete_stays_lifted() -> None:
    suppress("odd/one@example.test")
    account = MemoryAccountList()
    sync(account)
    unsuppress("odd/one@example.test")
    account.meanwhile = failing(CallFailed(Failure.BAD_REQUEST, "BadRequestException", "no"), on="delete")
    assert sync(account) == Synced(refused=1)
    assert suppressed() == {}
    assert LiftedSuppression.objects.count() == 1


def test_one_pass_tells_so_many_and_the_next_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_list, "MOST", 4)
    account = MemoryAccountList()
    suppress(*(f"old{number}@example.test" for number in range(6)))
    assert [sync(account).pushed, sync(account).pushed, sync(account).pushed] == [4, 2, 0]
    unsuppress("old0@example.test", "old1@example.test", "old2@example.test")
    suppress(*(f"new{number}@example.test" for number in range(3)))
    assert sync(account) == Synced(deleted=3, pushed=1, left=2)
    assert AccountListSync.objects.get().problem == ""
    assert sync(account) == Synced(pushed=2)


def test_a_worker_that_is_asked_to_end_does_so_between_two_calls() -> None:
    suppress(*(f"r{number}@example.test" for number in range(5)))
    stop = threading.Event()
    account = MemoryAccountList(meanwhile=lambda call: stop.set() if call.startswith("put") else None)
    assert sync_if_due(account, stop) == Synced(pushed=1, left=4)
    assert AccountListSync.objects.get().synced_at is None
    assert sync(MemoryAccountList()) == Synced(pushed=4)


class TestWhereSendingIsRefused:
    @pytest.fixture(autouse=True)
    def restored_copy(self, installation: None) -> None:
        suppress("ours@example.test", "lifted@example.test")
        unsuppress("lifted@example.test")
        Installation.objects.update(instance="elsewhere")

    def test_the_account_is_left_alone(self) -> None:
        account = MemoryAccountList()
        with pytest.raises(SendingRefused, match="adopt"):
            sync(account)
        assert sync_if_due(account, never) is None
        assert account.calls == []
        assert not AccountListSync.objects.exists()


@pytest.mark.dialects
@pytest.mark.django_db(transaction=True)
def test_no_call_is_made_inside_a_transaction() -> None:
    suppress("ours@example.test", "lifted@example.test")
    unsuppress("lifted@example.test")
    inside: list[bool] = []
    account = MemoryAccountList(meanwhile=lambda call: inside.append(connection.in_atomic_block))
    account.add("theirs@example.test")
    assert sync(account) == Synced(pulled=1, pushed=1, deleted=1)
    assert inside == [False] * 3
