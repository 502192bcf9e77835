"""The demo as a person runs it: real processes from import to the last bounce."""

from __future__ import annotations

import re
import signal
import socket
import time
import urllib.request
from pathlib import Path

import psycopg
import pytest

from tests.demo.running import DEADLINE, processes_in, run_once, start


def test_once_accounts_for_everybody_twice_in_a_row_with_the_port_taken(checkout: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        for _ in range(2):
            numbers = run_once(checkout, "--port", str(taken.getsockname()[1]))
            settled = ("accepted", "rejected", "in_doubt", "skipped")
            assert numbers["recipients"] == sum(numbers[state] for state in settled)
            assert numbers["accepted"] == numbers["delivered"] + numbers["bounced"] == numbers["inbox_messages"]
            assert numbers["in_doubt"] == 0
            assert min(numbers[name] for name in ("bounced", "complained", "suppressed")) >= 1
    assert processes_in(checkout) == []


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGKILL])
def test_its_end_leaves_no_process_behind(checkout: Path, signum: int) -> None:
    demo = start(checkout)
    assert demo.stdout is not None
    text = "".join(demo.stdout.readline() for _ in range(8))
    inbox = re.search(r"Inbox\s+(\S+)", text)
    assert inbox, text
    with urllib.request.urlopen(inbox[1]) as page:
        assert page.status == 200
    demo.send_signal(signum)
    demo.communicate(timeout=DEADLINE)
    deadline = time.monotonic() + DEADLINE
    while left := processes_in(checkout):
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


def test_a_bad_digest_is_refused_in_words(checkout: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.md"
    bad.write_text("nothing of the kind\n")
    demo = start(checkout, "--once", "--digest", str(bad))
    _, err = demo.communicate(timeout=DEADLINE)
    assert demo.returncode == 1
    assert "Traceback" not in err
    assert "bad.md" in err


@pytest.mark.postgres
def test_somebody_elses_database_is_refused(checkout: Path, database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE mine (id int)")
    demo = start(checkout, "--once", DATABASE_URL=database_url)
    _, err = demo.communicate(timeout=DEADLINE)
    assert demo.returncode == 1
    assert "somebody's data" in err
