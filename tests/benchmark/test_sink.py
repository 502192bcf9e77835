"""The sink takes what boto3 sends, counts it, and waits where it is told to."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from benchmark.sink import sink_environment
from demo.probes import free_port, wait_for_http
from newsletter.delivery.gateways import Letter, Mail, Outcome
from newsletter.delivery.gateways.ses import new_gateway

MAIL = Mail("a@sudi.example", "", "s", "<p>字" * 20_000, "t", "sudi")
LETTERS = [Letter(f"r{number}@a.example", {"recipient_name": "王"}, {}, {"delivery": "1-1-1"}) for number in range(7)]


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    port = free_port()
    for name, value in sink_environment(port).items():
        monkeypatch.setenv(name, value)
    process = subprocess.Popen([sys.executable, "-m", "benchmark.sink", str(port), "5"])
    address = f"http://127.0.0.1:{port}"
    wait_for_http(f"{address}/counts")
    yield address
    process.terminate()
    process.wait(timeout=10)


def counts(sink: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{sink}/counts", timeout=5) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def test_everybody_is_accepted_and_counted(sink: str) -> None:
    gateway = new_gateway()
    for _ in range(3):
        answers = gateway.send(MAIL, LETTERS)
        assert [answer.outcome for answer in answers] == [Outcome.ACCEPTED] * 7
    found = counts(sink)
    assert (found["recipients"], found["calls"]) == (21, 3)
    assert found["bytes"] > 3 * 20_000 * len("<p>字".encode())


def test_a_mail_alone_is_taken_and_not_counted(sink: str) -> None:
    assert new_gateway().send_one(MAIL, LETTERS[0])
    assert counts(sink)["recipients"] == 0


def test_its_account_has_no_limit_that_anybody_would_reach(sink: str) -> None:
    quota = new_gateway().quota()
    assert (quota.max_send_rate, quota.max_24_hour_send, quota.sending_enabled) == (1_000_000, -1, True)
