"""SES's account list by the real client: against the sandbox, and against raw bytes on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from newsletter.delivery.account_list import Synced, sync
from newsletter.delivery.gateways import CallFailed, Failure
from newsletter.delivery.gateways.account_list import Listed, ListReason, Page
from newsletter.delivery.gateways.ses_account_list import SesAccountList
from subscribers import suppression
from subscribers.addresses import normalise
from subscribers.models import Suppression, SuppressionReason
from tests.newsletter.delivery.making import gateway_to
from tests.newsletter.delivery.raw_server import RawServer, answering, answering_json, hang_up
from tests.sandbox.running import Sandbox

R = SuppressionReason


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox"))
    yield sandbox
    sandbox.stop()


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.reset()
    return running


@pytest.fixture
def account(sandbox: Sandbox, environment: None) -> SesAccountList:
    """Read by pages of two."""
    return SesAccountList(sandbox.ses, page_size=2)


def listed(sandbox: Sandbox) -> dict[str, str]:
    rows = sandbox.ses.list_suppressed_destinations()["SuppressedDestinationSummaries"]
    return {row["EmailAddress"]: row["Reason"] for row in rows}


def suppress(email: str, reason: SuppressionReason) -> None:
    suppression.suppress([normalise(email)], reason)


@pytest.mark.usefixtures("installation")
class TestTheSandbox:
    def test_each_side_learns_what_the_other_knows(self, sandbox: Sandbox, account: SesAccountList) -> None:
        for number in range(5):
            theirs = ListReason.COMPLAINT if number == 4 else ListReason.BOUNCE
            account.put(f"theirs{number}@example.test", theirs)
        for reason in R:
            suppress(f"ours.{reason}+tag@example.test", reason)
        assert sync(account) == Synced(pulled=5, pushed=2)
        assert {email: reason for email, reason in listed(sandbox).items() if email.startswith("ours")} == {
            "ours.hard_bounce+tag@example.test": "BOUNCE",
            "ours.complaint+tag@example.test": "COMPLAINT",
        }
        taken_over = Suppression.objects.filter(email__startswith="theirs").order_by("email")
        assert list(taken_over.values_list("reason", flat=True)) == [*[R.HARD_BOUNCE] * 4, R.COMPLAINT]
        assert sync(account) == Synced()

    def test_what_is_lifted_leaves_it_however_it_is_spelled(self, sandbox: Sandbox, account: SesAccountList) -> None:
        suppress("Ada+1@example.test", R.HARD_BOUNCE)
        suppress("never.there@example.test", R.MANUAL)
        sync(account)
        suppression.unsuppress([normalise("ada+1@example.test"), normalise("never.there@example.test")])
        assert sync(account) == Synced(deleted=2)
        assert (listed(sandbox), Suppression.objects.count()) == ({}, 0)

    def test_one_that_it_refuses_hinders_nobody(self, sandbox: Sandbox, account: SesAccountList) -> None:
        Suppression.objects.create(address_hash=normalise("a@b.test").hash, email="no address", reason=R.HARD_BOUNCE)
        suppress("good@example.test", R.HARD_BOUNCE)
        assert sync(account) == Synced(pushed=1, refused=1)


def test_only_what_changed_is_listed(account: SesAccountList, sandbox: Sandbox) -> None:
    account.put("old@example.test", ListReason.BOUNCE)
    row = sandbox.ses.get_suppressed_destination(EmailAddress="old@example.test")["SuppressedDestination"]
    at = row["LastUpdateTime"]
    assert account.page(since=at).listed == [Listed("old@example.test", "BOUNCE")]
    assert account.page(since=at.replace(year=at.year + 1)).listed == []


# Answers of which the sandbox gives none


@pytest.fixture(scope="module")
def there() -> Iterator[tuple[RawServer, SesAccountList]]:
    server = RawServer()
    with pytest.MonkeyPatch.context() as patch, override_settings(SUDI=settings.SUDI):
        gateway = gateway_to(f"http://127.0.0.1:{server.port}", patch)
        yield server, SesAccountList(gateway.client)
    gateway.client.close()
    server.close()


@pytest.fixture
def server(there: tuple[RawServer, SesAccountList]) -> Iterator[RawServer]:
    there[0].begin()
    yield there[0]
    there[0].silence.set()


@pytest.fixture
def client(server: RawServer, there: tuple[RawServer, SesAccountList]) -> SesAccountList:
    return there[1]


def error(code: str) -> dict[str, str]:
    return {"__type": code, "message": "no"}


def test_an_empty_list_is_one(server: RawServer, client: SesAccountList) -> None:
    server.behaviours = [answering_json(200, {"SuppressedDestinationSummaries": [], "NextToken": None})]
    assert client.page() == Page([])


@pytest.mark.parametrize("behaviour", [answering(200, b""), answering(200, b"{}"), answering(200, b"<html>"), hang_up])
def test_an_answer_without_a_list_is_none(server: RawServer, client: SesAccountList, behaviour: Any) -> None:
    server.behaviours = [behaviour]
    with pytest.raises(CallFailed):
        client.page()


def test_one_that_is_not_there_is_deleted(server: RawServer, client: SesAccountList) -> None:
    server.behaviours = [answering_json(404, error("NotFoundException"))]
    client.delete("gone@example.test")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        (429, "TooManyRequestsException", Failure.THROTTLED),
        (400, "BadRequestException", Failure.BAD_REQUEST),
        (403, "AccessDeniedException", Failure.STOP),
        (404, "UnknownOperationException", Failure.STOP),
        (500, "InternalServiceErrorException", Failure.IN_DOUBT),
    ],
    ids=lambda answer: answer[1],
)
@pytest.mark.parametrize("call", ["page", "put", "delete"])
def test_each_failure_is_told_apart(
    server: RawServer, client: SesAccountList, call: str, answer: tuple[int, str, Failure]
) -> None:
    status, code, failure = answer
    server.behaviours = [answering_json(status, error(code))]
    calls: dict[str, Callable[[], object]] = {
        "page": client.page,
        "put": lambda: client.put("a@example.test", ListReason.BOUNCE),
        "delete": lambda: client.delete("a@example.test"),
    }
    with pytest.raises(CallFailed) as caught:
        calls[call]()
    assert (caught.value.failure, caught.value.code) == (failure, code)
    assert len(server.requests) == 1


def test_who_may_not_make_the_call_learns_what_to_do(server: RawServer, client: SesAccountList) -> None:
    server.behaviours = [answering_json(403, error("AccessDeniedException"))]
    with pytest.raises(CallFailed) as caught:
        client.page()
    assert "IAM policy" in caught.value.remedy
