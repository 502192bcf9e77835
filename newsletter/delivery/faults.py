"""Fault points: named places at which a process may be told to end itself, as ``kill -9`` would.

Tests and the crash test arm them (``SUDI_FAULTS``, refused in production). Where none is armed, passing one is a look
at an empty table.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import random
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Literal, get_args

# In the order in which a campaign passes them.
Point = Literal[
    "freezing",  # the audience is written, and not committed
    "frozen",
    "leased",
    "renewing",  # before the lease is renewed, and the chunk claimed
    "claiming",  # not claimed yet
    "claimed",  # committed, before the call leaves
    "calling",  # a moment after the call has left, wherever it then is
    "answered",  # the answer is here, and not written
    "written",  # between two chunks
    "releasing",  # before the batch is given back
    "recovering",  # a lost worker's claims are in doubt, and not committed
    "applying",  # events are in the ledger, and not committed
    "applied",
]
POINTS: tuple[Point, ...] = get_args(Point)
LATEST = 0.1  # seconds that a call may have been out
End = Callable[[Point], object]


@dataclasses.dataclass(slots=True)
class _Fault:
    """``when``: a probability, or, from 1, the pass at which the process ends."""

    when: float
    end: End
    passes: int = 0

    def strikes(self) -> bool:
        self.passes += 1
        if self.when >= 1:
            return self.passes == int(self.when)
        return random.random() < self.when  # noqa: S311 - dice


_armed: dict[Point, _Fault] = {}


def at(point: Point) -> None:
    """Pass a fault point."""
    if _armed and (fault := _armed.get(point)) and fault.strikes():
        fault.end(point)


def arm(wanted: Mapping[str, str]) -> None:
    """Arm the points that are named, each with a probability below 1 or the number of a pass, and no others.

    Raises ``ValueError`` for a point that there isn't.
    """
    if unknown := sorted(set(wanted) - set(POINTS)):
        raise ValueError(f"there is no fault point {', '.join(unknown)}; there are {', '.join(POINTS)}")
    _armed.clear()
    _armed.update({point: _Fault(float(wanted[point]), _kill) for point in POINTS if point in wanted})


@contextlib.contextmanager
def armed(point: Point, end: End | None = None, *, when: float = 1) -> Iterator[None]:
    """Arm one point for a while; ``end`` is called in place of the process's end."""
    _armed[point] = _Fault(when, end or _kill)
    try:
        yield
    finally:
        _armed.pop(point, None)


def _kill(point: Point) -> None:
    if point == "calling":
        threading.Timer(random.uniform(0, LATEST), _kill_now, [point]).start()  # noqa: S311 - dice
    else:
        _kill_now(point)


def _kill_now(point: Point) -> None:
    os.write(2, f"fault point {point}: SIGKILL\n".encode())
    os.kill(os.getpid(), signal.SIGKILL)
