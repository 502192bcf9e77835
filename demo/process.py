"""One child of the supervisor: what to run, and the process that runs it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from demo.output import Output
from demo.probes import answers

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Child:
    """A program to keep running.

    `args` is a module, or a script (it ends in .py or holds a slash), and its arguments. `env` is added to ours.
    `ready` says whether it does its work by now: a function that answers quickly, or a URL; None asks nothing.
    """

    name: str
    args: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] | str | None = None
    ready_within: float = 30
    """Seconds from its start until it must be ready."""
    grace: float = 10
    """Seconds from SIGTERM until its process group is killed."""


class Process:
    """A running child: the leader of a session, and so of a process group, of its own.

    A session rather than a mere group: nothing in it can reach for the supervisor's terminal, and neither Ctrl-C nor
    a hang-up reaches it. Raises OSError when it cannot be started.
    """

    def __init__(self, child: Child, lifeline: int, output: Output) -> None:
        self.child = child
        self.started = time.monotonic()
        command = [sys.executable, "-m", "demo.child", str(lifeline), str(child.grace), "--", *child.args]
        self._popen = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **child.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(lifeline,),
            start_new_session=True,
        )
        if self._popen.stdout is not None:
            output.read(self._popen.stdout)

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self.started

    def is_ready(self) -> bool:
        ready = self.child.ready
        if ready is None:
            return True
        return answers(ready) if isinstance(ready, str) else ready()

    def ended(self) -> str | None:
        """How it ended ("exit code 1", "SIGKILL"), or None while it runs."""
        code = self._popen.poll()
        if code is None:
            return None
        return f"exit code {code}" if code >= 0 else signal.Signals(-code).name

    def terminate(self) -> None:
        """Ask the leader to stop: it stops its own children in its own way."""
        if self._popen.poll() is None:
            self._popen.terminate()

    def kill(self) -> None:
        """Kill the whole group, and what an ended leader has left behind in it."""
        # PermissionError is macOS's word for a group of nothing but zombies.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._popen.pid, signal.SIGKILL)

    def reap(self) -> None:
        """Wait, but not for ever, until a killed leader is gone."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(timeout=5)
