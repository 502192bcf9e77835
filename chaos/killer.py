"""SIGKILL, at each fault point in turn and at random."""

from __future__ import annotations

import os
import random
import re
import signal
import sys
import time
from collections import Counter, deque
from pathlib import Path

from chaos.sizes import OF_A_WORKER, OF_THE_ENGINE, OF_THE_FREEZE, Size
from demo.supervisor import Supervisor
from newsletter.delivery.faults import Point

FIRED = re.compile(r"^fault point (\w+): SIGKILL$", re.MULTILINE)
# Web and beat have no fault points; they are killed at random, as the others are.
BYSTANDERS = ("web", "beat")
FAVOUR = 4  # times as often as one of those
# Passed too seldom to wait for a second time.
SELDOM = {*OF_THE_FREEZE, "leased", "releasing", "recovering"}
dice = random.Random()  # noqa: S311 - nothing to guess


class Killer:
    """Asked many times a second, in the supervisor's own thread."""

    def __init__(self, size: Size, supervisor: Supervisor, *, faults: Path, logs: Path) -> None:
        self._supervisor, self._faults, self._logs = supervisor, faults, logs
        self._size = size
        workers = [f"worker{number}" for number in range(1, size.workers + 1)]
        of_workers = deque([*OF_A_WORKER] * size.rounds)
        self._plans = dict.fromkeys(workers, of_workers)  # one queue for all of them
        self._plans["engine"] = deque([*OF_THE_FREEZE, *[*OF_THE_ENGINE] * size.rounds])
        self._armed: dict[str, Point | None] = {}
        self._fired_before: dict[str, int] = {}  # by name, of the point that is armed
        self._alive: dict[str, int | None] = {}
        self._next = 0.0
        self._left = size.random_kills
        self._planned = self._to_come()
        self._at_random = 0
        for name in self._plans:
            self._arm(name)

    @property
    def kills(self) -> int:
        return self._at_random + self.fired.total()

    @property
    def fired(self) -> Counter[str]:
        """How often each fault point has killed, by what the dying said."""
        return sum((self._fires(path.stem) for path in self._logs.glob("*.log")), Counter())

    @property
    def is_done(self) -> bool:
        return not self._to_come() and not any(self._armed.values())

    @property
    def progress(self) -> float:
        """From 0 to 1, how much of what was planned has been done."""
        return 1 - self._to_come() / self._planned

    def step(self) -> None:
        """Choose the fault point of the next life of what has died; now and then kill somebody."""
        for name in self._plans:
            pid = self._supervisor.pid(name)
            if self._alive.get(name) and pid != self._alive[name]:
                self._died(name)
            self._alive[name] = pid
        if self._left > 0 and time.monotonic() >= self._next:
            self._next = time.monotonic() + dice.uniform(0.5, 1.5) * self._size.pause
            self._kill(dice.choice([*self._plans] * FAVOUR + [*BYSTANDERS]))

    def stop(self) -> None:
        """Arm nothing any more, and end the lives that are armed."""
        for plan in self._plans.values():
            plan.clear()
        for name, point in self._armed.items():
            (self._faults / name).write_text("")
            if point:
                self._kill(name)
        self._armed.clear()

    def _to_come(self) -> int:
        plans = {id(plan): plan for plan in self._plans.values()}  # the workers share one
        return max(0, self._left) + sum(map(len, plans.values()))

    def _fires(self, name: str) -> Counter[str]:
        log = self._logs / f"{name}.log"
        return Counter(FIRED.findall(log.read_text(errors="replace")) if log.exists() else [])

    def _died(self, name: str) -> None:
        point = self._armed.get(name)
        if point and self._fires(name)[point] == self._fired_before[name]:
            # Something else was quicker. At once again: the freeze is passed only once.
            self._plans[name].appendleft(point)
        self._arm(name)

    def _arm(self, name: str) -> None:
        plan = self._plans[name]
        point = plan.popleft() if plan else None
        self._armed[name] = point
        self._fired_before[name] = self._fires(name)[point] if point else 0
        at_pass = 1 if point in SELDOM else dice.randint(1, 3)
        (self._faults / name).write_text(f"{point}={at_pass}" if point else "")

    def _kill(self, name: str) -> None:
        pid = self._supervisor.pid(name)
        if pid is None:
            return
        os.kill(pid, signal.SIGKILL)
        self._at_random += 1
        self._left -= 1
        print(f"chaos: SIGKILL to {name}", file=sys.stderr)
