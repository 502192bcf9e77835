"""Runs several programs as one: starts them in order, keeps them running, stops them in reverse.

    with Supervisor([Child("web", ("gunicorn", …)), …], log_folder) as supervisor:
        supervisor.start()
        supervisor.run(until=finished)

However this process ends, its children end too: on SIGINT, SIGTERM and SIGHUP it stops them, a second Ctrl-C kills
them at once, and each watches a pipe that closes when this process is killed (`demo.child`).
"""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from demo.output import Output, Screen
from demo.probes import answers, free_port, wait_for_http
from demo.process import Child, Process

__all__ = ["Child", "ChildFailed", "StopRequested", "Supervisor", "answers", "free_port", "wait_for_http"]

FIRST_DELAY = 0.2
LONGEST_DELAY = 5.0
STEADY_AFTER = 10.0  # seconds; a child that ran that long did not die of its start
NAME = "supervisor"
PAUSE = 0.05  # between two looks at the children
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ChildFailed(Exception):
    """A child did not get ready; says which, why, and its last lines."""


class StopRequested(BaseException):
    """A signal asked for the end. Not an Exception, so that no error handling on the way mistakes it for a failure."""

    def __init__(self, signum: int) -> None:
        super().__init__(f"stopped by {signal.Signals(signum).name}")
        self.signum = signum


@dataclass
class _Kept:
    """A child through its lives."""

    child: Child
    output: Output
    process: Process | None = None
    delay: float = FIRST_DELAY
    due: float = 0  # when a dead one is started again

    def next_delay(self) -> float:
        """Seconds to wait before the next start; twice as long the time after."""
        delay, self.delay = self.delay, min(2 * self.delay, LONGEST_DELAY)
        return delay


class Supervisor:
    """Keeps `children` running. Their output goes to stderr and to `log_folder`/NAME.log, made anew each time.

    A context manager for the main thread: from entry to exit it owns SIGINT, SIGTERM and SIGHUP. The first of them
    raises StopRequested in the caller's code, and the exit stops all children, whatever has happened.
    """

    def __init__(self, children: Sequence[Child], log_folder: Path, *, steady_after: float = STEADY_AFTER) -> None:
        log_folder.mkdir(parents=True, exist_ok=True)
        self._screen = Screen([NAME, *(child.name for child in children)])
        self._kept = {
            child.name: _Kept(child, Output(child.name, self._screen, log_folder / f"{child.name}.log"))
            for child in children
        }
        self._steady_after = steady_after
        self._lifeline: tuple[int, int] | None = None
        self._handlers: dict[int, Callable[[int, FrameType | None], object] | int] = {}
        self._asked: int | None = None
        self._shielded = False
        self._killing = False

    def __enter__(self) -> Self:
        self._lifeline = os.pipe()
        for signum in SIGNALS:
            before = signal.getsignal(signum)
            # Under nohup a hang-up stays ignored. That a shell's "&" ignores SIGINT is not meant for us.
            if signum != signal.SIGHUP or before is not signal.SIG_IGN:
                self._handlers[signum] = before or signal.SIG_DFL
                signal.signal(signum, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._shielded = True
        self.stop()
        for signum, handler in self._handlers.items():
            signal.signal(signum, handler)
        self._handlers.clear()
        for fd in self._lifeline or ():
            os.close(fd)
        self._lifeline = None

    def start(self) -> None:
        """Start the children in order, each once the one before it is ready.

        Raises ChildFailed when one ends or is not ready in time; those before it run on until the exit. Raises
        OSError when a process cannot be started.
        """
        for kept in self._kept.values():
            self._wait_until_ready(kept, self._spawn(kept))

    def run(self, until: Callable[[], bool] | None = None) -> bool:
        """Start again what dies, until `until` says true: then True. When a signal asks for the end: False.

        `until` is asked many times a second, in this thread. May be called again.
        """
        try:
            while until is None or not until():
                with self._shield():
                    for kept in self._kept.values():
                        self._keep(kept)
                time.sleep(PAUSE)
        except StopRequested:
            return False
        return True

    def stop(self) -> None:
        """Stop the children in reverse order: SIGTERM to each leader, then SIGKILL to what is left of its group."""
        shielded, self._shielded = self._shielded, True
        if self._asked is not None:
            self._screen.line(NAME, f"{signal.Signals(self._asked).name}: stopping; Ctrl-C kills at once")
        for kept in reversed(self._kept.values()):
            if kept.process is not None:
                self._stop(kept, kept.process)
        self._shielded = shielded

    def pid(self, name: str) -> int | None:
        """The process id of the child's present life, None between two lives. Raises KeyError for an unknown name."""
        process = self._kept[name].process
        return process.pid if process is not None else None

    # One child

    def _spawn(self, kept: _Kept) -> Process:
        if self._lifeline is None:
            raise RuntimeError("The supervisor is used outside of its with block.")
        with self._shield():
            kept.process = Process(kept.child, self._lifeline[0], kept.output)
        return kept.process

    def _wait_until_ready(self, kept: _Kept, process: Process) -> None:
        child = kept.child
        while not process.is_ready():
            with self._shield():
                how = process.ended()
            if how is not None:
                kept.output.finish()
                raise ChildFailed(f"{child.name} ended ({how}) before it was ready.\n{kept.output.last_lines()}")
            if process.age > child.ready_within:
                raise ChildFailed(
                    f"{child.name} was not ready within {child.ready_within:g} s.\n{kept.output.last_lines()}"
                )
            time.sleep(PAUSE)
        self._screen.line(NAME, f"{child.name} is ready ({process.age:.1f} s)")

    def _keep(self, kept: _Kept) -> None:
        """Notice the death of a child, or start again one that died a while ago."""
        process = kept.process
        if process is None:
            if time.monotonic() >= kept.due:
                self._spawn(kept)
            return
        how = process.ended()
        if how is None:
            return
        process.kill()
        kept.process = None
        if process.age >= self._steady_after:
            kept.delay = FIRST_DELAY
        delay = kept.next_delay()
        kept.due = time.monotonic() + delay
        self._screen.line(
            NAME, f"{kept.child.name} ended ({how}) after {process.age:.1f} s; starting again in {delay:g} s"
        )

    def _stop(self, kept: _Kept, process: Process) -> None:
        process.terminate()
        deadline = time.monotonic() + kept.child.grace
        while process.ended() is None and time.monotonic() < deadline and not self._killing:
            time.sleep(0.01)
        if process.ended() is None:
            self._screen.line(NAME, f"{kept.child.name} did not stop in time and is killed")
        process.kill()
        process.reap()
        kept.output.finish()
        kept.process = None

    # Signals

    @contextmanager
    def _shield(self) -> Iterator[None]:
        """Put a signal off, so that no child is started and not noted. Raises StopRequested afterwards."""
        outer, self._shielded = self._shielded, True
        try:
            yield
        finally:
            self._shielded = outer
        if self._asked is not None and not outer:
            raise StopRequested(self._asked)

    def _on_signal(self, signum: int, _frame: FrameType | None) -> None:
        # Says nothing: the code it interrupts may hold the lock of the screen.
        if self._asked is None:
            self._asked = signum
            if not self._shielded:
                raise StopRequested(signum)
        elif signum == signal.SIGINT:
            self._killing = True
            for kept in self._kept.values():
                if kept.process is not None:
                    kept.process.kill()
