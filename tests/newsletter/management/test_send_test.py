from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.delivery.gateways import CallFailed, Failure
from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.management.commands import send_test
from newsletter.models import Delivery, IssueTransition
from tests.newsletter.desk import SLUG, Desk
from tests.newsletter.management.running import refused, run, shell

ME = "mei@desk.example"


@pytest.fixture(autouse=True)
def reached(gateway: MemoryGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send_test, "default_gateway", lambda: gateway)


def test_sends_to_each_address_and_says_so(desk: Desk, gateway: MemoryGateway) -> None:
    desk.draft()
    said = run("send_test", SLUG, ME, "lin@desk.example")
    assert said == f"A test of {SLUG} was sent to {ME}.\nA test of {SLUG} was sent to lin@desk.example.\n"
    assert [letter.address for _, letter in gateway.singles] == [ME, "lin@desk.example"]
    assert not Delivery.objects.exists()


def test_may_be_run_again_at_once(desk: Desk, gateway: MemoryGateway) -> None:
    desk.draft()
    run("send_test", SLUG, ME)
    run("send_test", SLUG, ME)
    assert len(gateway.singles) == 2


@pytest.mark.parametrize(("words", "who"), [((), None), (("--as", "writer"), "writer")])
def test_history_says_who(words: tuple[str, ...], who: str | None, desk: Desk) -> None:
    desk.draft()
    run("send_test", SLUG, ME, *words)
    line = IssueTransition.objects.get(action="test")
    assert (line.user.username if line.user else None) == who


def test_what_failed_is_told_after_what_was_sent_and_the_status_is_1(desk: Desk, gateway: MemoryGateway) -> None:
    desk.draft()
    gateway.failures[ME] = CallFailed(Failure.BAD_REQUEST, "MessageRejected", "no", "Mend it.")
    message = refused("send_test", SLUG, "nobody", ME, "lin@desk.example")
    assert message.startswith("Not sent:\n  nobody: 'nobody' can't be mailed")
    assert message.endswith(f"  {ME}: SES: MessageRejected: no Mend it.")
    assert [letter.address for _, letter in gateway.singles] == ["lin@desk.example"]


def test_whose_role_does_not_allow_it_is_refused(desk: Desk, gateway: MemoryGateway) -> None:
    desk.draft()
    assert "ops may not send tests" in refused("send_test", SLUG, ME, "--as", "ops")
    assert gateway.singles == []


@pytest.mark.parametrize("words", [("unknown", ME), (SLUG, ME, "--as", "nobody")])
def test_what_does_not_exist_is_refused(words: tuple[str, ...], desk: Desk) -> None:
    desk.draft()
    assert "There is no" in refused("send_test", *words)


def test_without_an_address_it_is_used_wrongly(tmp_path: Path) -> None:
    done = shell("send_test", SLUG, data_dir=tmp_path)
    assert done.returncode == 2
    assert "the following arguments are required: EMAIL" in done.stderr
