"""The demo as a person runs it: real processes from import to the last bounce."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
DEADLINE = 120


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree, so that the demo's ``var/`` is nobody else's."""
    copy = tmp_path_factory.mktemp("demo") / "sudi"
    ignored = shutil.ignore_patterns(".git", ".venv", "var", "node_modules", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, copy, ignore=ignored)
    return copy


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """Ours without what the tests themselves are run with."""
    yield {
        name: value for name, value in os.environ.items() if not re.match("SUDI_|DATABASE_URL|CELERY_|DJANGO_", name)
    }


def start(checkout: Path, environment: dict[str, str], *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "demo", "--readers", "60", *options]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=checkout, env=environment, stdout=pipe, stderr=pipe, text=True)


def summary(done: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = done.communicate(timeout=DEADLINE)
    assert done.returncode == 0, err
    numbers: dict[str, Any] = json.loads(out.splitlines()[-1])
    return numbers


def children_of(checkout: Path) -> list[int]:
    """Processes, other than ours, that work in the checkout."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() == checkout and int(entry.name) != os.getpid():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def until(condition: Any, what: str) -> None:
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def test_once_accounts_for_everybody_twice_in_a_row_with_the_port_taken(
    checkout: Path, environment: dict[str, str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for _ in range(2):
            numbers = summary(start(checkout, environment, "--once", "--port", port))
            settled = ("accepted", "rejected", "in_doubt", "skipped")
            assert numbers["recipients"] == sum(numbers[state] for state in settled)
            assert numbers["accepted"] == numbers["delivered"] + numbers["bounced"] == numbers["inbox_messages"]
            assert numbers["in_doubt"] == 0
            assert min(numbers[name] for name in ("bounced", "complained", "suppressed")) >= 1
    assert children_of(checkout) == []


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGKILL])
def test_its_end_leaves_no_process_behind(checkout: Path, environment: dict[str, str], signum: int) -> None:
    demo = start(checkout, environment, "--port", "0")
    assert demo.stdout is not None
    shown = [demo.stdout.readline() for _ in range(8)]
    text = "".join(shown)
    inbox = re.search(r"Inbox\s+(\S+)", text)
    assert inbox, text
    with urllib.request.urlopen(inbox[1]) as page:
        assert page.status == 200
    demo.send_signal(signum)
    demo.communicate(timeout=DEADLINE)
    until(lambda: not children_of(checkout), "processes are left")


def test_a_bad_digest_is_one_clear_line(checkout: Path, environment: dict[str, str], tmp_path: Path) -> None:
    bad = tmp_path / "bad.md"
    bad.write_text("nothing of the kind\n")
    demo = start(checkout, environment, "--once", "--digest", str(bad))
    _, err = demo.communicate(timeout=DEADLINE)
    assert demo.returncode == 1
    assert "Traceback" not in err
    assert "bad.md" in err


@pytest.mark.postgres
def test_somebody_elses_database_is_refused(checkout: Path, environment: dict[str, str]) -> None:
    name = f"sudi_demo_test_{os.getpid()}"
    admin = ["psql", "-h", "127.0.0.1", "-U", "postgres", "-q", "-c"]
    subprocess.run([*admin, f"CREATE DATABASE {name}"], check=True)
    try:
        table = ["psql", "-h", "127.0.0.1", "-U", "postgres", "-q", name, "-c", "CREATE TABLE mine (id int)"]
        subprocess.run(table, check=True)
        url = f"postgres://postgres@127.0.0.1:5432/{name}"
        demo = start(checkout, environment | {"DATABASE_URL": url}, "--once")
        _, err = demo.communicate(timeout=DEADLINE)
        assert demo.returncode == 1
        assert "somebody's data" in err
    finally:
        subprocess.run([*admin, f"DROP DATABASE {name}"], check=True)
