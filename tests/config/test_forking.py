"""Forked processes: who dies is started again, and however their parent ends, nobody is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from config.env import BASE_DIR

WITHIN = 60.0  # seconds; far beyond what anything takes


class Run:
    """Its output ends when the last process that could write to it is gone."""

    def __init__(self, *programs: str) -> None:
        command = [sys.executable, "-m", "tests.config.forked", *programs]
        self.process = subprocess.Popen(
            command, cwd=BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        assert self.read() == ("parent", self.process.pid)

    def read(self) -> tuple[str, int]:
        assert self.process.stdout
        what, pid = self.process.stdout.readline().split()
        return what, int(pid)

    def rest(self) -> tuple[list[str], str]:
        """What they said until all were gone, and the log."""
        out, err = self.process.communicate(timeout=WITHIN)
        return [line.split()[0] for line in out.splitlines()], err


@pytest.fixture
def run() -> Iterator[Callable[..., Run]]:
    runs: list[Run] = []

    def start(*programs: str) -> Run:
        runs.append(Run(*programs))
        return runs[-1]

    yield start
    for each in runs:
        if each.process.poll() is None:
            os.killpg(each.process.pid, signal.SIGKILL)
            each.process.communicate()


def test_who_is_killed_is_started_again(run: Callable[..., Run]) -> None:
    started = run("rest")
    what, pid = started.read()
    os.kill(pid, signal.SIGKILL)
    again, other = started.read()
    assert (what, again, other == pid) == ("rest", "rest", False)
    started.process.terminate()
    assert started.rest()[1].count("rest ended (SIGKILL) and is started again") == 1


def test_who_breaks_is_started_again_with_its_reason_in_the_log(run: Callable[..., Run]) -> None:
    started = run("broken", "rest")
    said = [started.read()[0] for _ in range(3)]
    assert sorted(said) == ["broken", "broken", "rest"]
    started.process.terminate()
    log = started.rest()[1]
    assert "ValueError: broken" in log
    assert "broken ended (exit code 1) and is started again" in log


def test_all_are_asked_to_stop_and_waited_for(run: Callable[..., Run]) -> None:
    started = run("polite", "polite")
    assert [started.read()[0] for _ in range(2)] == ["rest", "rest"]
    started.process.terminate()
    assert started.rest()[0] == ["stopped", "stopped", "over"]
    assert started.process.returncode == 0


def test_who_does_not_stop_is_killed(run: Callable[..., Run]) -> None:
    started = run("stubborn")
    started.read()
    started.process.terminate()
    said, log = started.rest()
    assert said == ["over"]
    assert "stubborn did not stop in time and is killed" in log


def test_nobody_outlives_a_killed_parent(run: Callable[..., Run]) -> None:
    started = run("polite", "rest")
    assert {started.read()[0] for _ in range(2)} == {"rest"}
    started.process.kill()
    assert started.rest()[0] == ["stopped"]
