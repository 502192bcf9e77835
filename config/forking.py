"""Processes forked from one that has loaded everything: they share its memory, and it starts again who dies."""

from __future__ import annotations

import dataclasses
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable

logger = logging.getLogger(__name__)

LOOK = 0.2  # seconds between two looks at the processes
SHORT, LONG = 0.5, 8.0  # seconds before who died is started again, at first and at most
STEADY = 10.0  # seconds; who ran that long did not die of its start


@dataclasses.dataclass(slots=True)
class Kept:
    """A process through its lives. ``pid``: 0 while it isn't alive."""

    name: str
    run: Callable[[], object]
    pid: int = 0
    began: float = 0.0
    due: float = 0.0
    delay: float = SHORT


class Forked:
    """Keeps the processes running until ``stop`` is set, and then gives them ``patience`` seconds. For the main thread,
    with no other beside it that could hold a lock while they are forked, and no connection that they would share."""

    def __init__(self, kept: Iterable[Kept], *, patience: float) -> None:
        self._kept = list(kept)
        self._patience = patience
        self.stop = threading.Event()
        # Its write end is nobody's but this process's. It closes with it, and they end themselves.
        self._lifeline = os.pipe()

    def until_stopped(self) -> None:
        """Start them, start again who dies, and end them all: by SIGTERM, and who takes too long by SIGKILL."""
        while not self.stop.is_set():
            self._reap()
            for each in self._kept:
                if not each.pid and time.monotonic() >= each.due:
                    self._start(each)
            self.stop.wait(LOOK)
        self._end()

    def _start(self, each: Kept) -> None:
        each.began = time.monotonic()
        each.pid = os.fork()
        if each.pid:
            logger.info("%s is started (%d)", each.name, each.pid)
            return
        status = 1
        try:
            self._become(each)
            status = 0
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        except BaseException:
            logger.exception("%s broke", each.name)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)  # what the parent would do at its own end isn't this process's to do

    def _become(self, each: Kept) -> None:
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, signal.SIG_DFL)
        os.close(self._lifeline[1])
        threading.Thread(target=_end_with_parent, args=(self._lifeline[0],), name="lifeline", daemon=True).start()
        each.run()

    def _reap(self) -> None:
        for each in self._kept:
            if not each.pid:
                continue
            pid, status = os.waitpid(each.pid, os.WNOHANG)
            if not pid:
                continue
            each.pid, now = 0, time.monotonic()
            each.delay = SHORT if now - each.began >= STEADY else min(LONG, 2 * each.delay)
            each.due = now + each.delay
            if not self.stop.is_set():
                logger.warning("%s ended (%s) and is started again", each.name, _how(status))

    def _end(self) -> None:
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + self._patience
        while self._alive() and time.monotonic() < deadline:
            time.sleep(LOOK)
            self._reap()
        for each in self._alive():
            logger.warning("%s did not stop in time and is killed", each.name)
        self._signal(signal.SIGKILL)

    def _alive(self) -> list[Kept]:
        return [each for each in self._kept if each.pid]

    def _signal(self, signum: signal.Signals) -> None:
        for each in self._alive():
            os.kill(each.pid, signum)


def _end_with_parent(lifeline: int) -> None:
    while os.read(lifeline, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _how(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name
