"""Who is killed when: each fault point in turn, then nobody."""

from __future__ import annotations

import dataclasses
import os
import signal
from pathlib import Path
from typing import cast

import pytest

from chaos.killer import Killer
from chaos.sizes import OF_A_WORKER, OF_THE_ENGINE, OF_THE_FREEZE, SIZES
from demo.supervisor import Supervisor
from newsletter.delivery.faults import POINTS

ONE_WORKER = dataclasses.replace(SIZES["small"], workers=1, pause=0)


class Lives:
    """Stands for the supervisor: a process id for each name, a new one with each life."""

    def __init__(self, faults: Path, logs: Path) -> None:
        self.faults, self.logs = faults, logs
        self.pids = {"worker1": 1001, "engine": 2001, "web": 3001, "beat": 4001}

    def pid(self, name: str) -> int:
        return self.pids[name]

    def armed(self, name: str) -> str:
        return (self.faults / name).read_text().partition("=")[0]

    def die(self, name: str, *, of: str = "") -> None:
        if of:
            with (self.logs / f"{name}.log").open("a") as log:
                log.write(f"fault point {of}: SIGKILL\n")
        self.pids[name] += 1


@pytest.fixture
def lives(tmp_path: Path) -> Lives:
    for name in ("faults", "logs"):
        (tmp_path / name).mkdir()
    return Lives(tmp_path / "faults", tmp_path / "logs")


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The processes that were sent a SIGKILL."""
    pids: list[int] = []

    def kill(pid: int, signum: int) -> None:
        assert signum == signal.SIGKILL
        pids.append(pid)

    monkeypatch.setattr(os, "kill", kill)
    return pids


def killer_of(lives: Lives, random_kills: int = 0) -> Killer:
    size = dataclasses.replace(ONE_WORKER, random_kills=random_kills)
    killer = Killer(size, cast("Supervisor", lives), faults=lives.faults, logs=lives.logs)
    killer.step()
    return killer


def test_every_fault_point_has_its_turn(lives: Lives, killed: list[int]) -> None:
    killer = killer_of(lives)
    while not killer.is_done:
        for name in ("worker1", "engine"):
            lives.die(name, of=lives.armed(name))
        killer.step()
    assert set(killer.fired) == set(POINTS) == {*OF_A_WORKER, *OF_THE_FREEZE, *OF_THE_ENGINE}
    assert (killer.kills, killer.progress) == (len(POINTS), 1)
    assert killed == []


def test_a_fault_point_that_did_not_kill_has_another_turn_at_once(lives: Lives, killed: list[int]) -> None:
    killer = killer_of(lives)
    first = lives.armed("worker1")
    for of, then in (("", OF_A_WORKER[0]), (first, OF_A_WORKER[1])):  # at first, of something else
        lives.die("worker1", of=of)
        killer.step()
        assert lives.armed("worker1") == then


def test_random_kills_end(lives: Lives, killed: list[int]) -> None:
    killer = killer_of(lives, random_kills=3)
    for _ in range(10):
        killer.step()
    assert len(killed) == killer.kills == 3


def test_in_the_end_nothing_is_armed_and_no_armed_life_goes_on(lives: Lives, killed: list[int]) -> None:
    killer = killer_of(lives)
    killer.stop()
    assert sorted(killed) == [1001, 2001]
    assert [lives.armed(name) for name in ("worker1", "engine")] == ["", ""]
    assert killer.is_done
