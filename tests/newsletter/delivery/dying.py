"""Processes that really die: forked, killed by SIGKILL at a fault point, and waited for."""

from __future__ import annotations

import os
import signal
import traceback
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

from django.db import connection

from newsletter.delivery import faults
from newsletter.delivery.faults import Point
from newsletter.delivery.gateways import Answer, Letter, Mail
from newsletter.delivery.gateways.memory import MemoryGateway


class WrittenGateway(MemoryGateway):
    """Keeps what it accepts in a file, which outlives the process that called: SES's own record."""

    def __init__(self, path: Path, *, dies: bool = False) -> None:
        super().__init__()
        self._path, self._dies = path, dies

    def accept(self, mail: Mail, letters: Sequence[Letter]) -> list[Answer]:
        with self._path.open("a") as file:
            file.writelines(f"{letter.address}\n" for letter in letters)
        if self._dies:
            os.kill(os.getpid(), signal.SIGKILL)  # accepted, and the answer is on its way
        return super().accept(mail, letters)

    @property
    def record(self) -> list[str]:
        return self._path.read_text().split() if self._path.exists() else []


def killed(work: Callable[[], object], *, at: Point | None = None) -> None:
    """Do the work in another process, which must be killed: at that fault point, or by the work itself."""
    connection.close()  # a connection can't be shared
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn of forks beside threads
        pid = os.fork()
    if pid == 0:
        _live_and_die(work, at)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status), f"it lived on past {at}"
    assert os.WTERMSIG(status) == signal.SIGKILL


def _live_and_die(work: Callable[[], object], at: Point | None) -> None:
    try:
        faults.arm({at: "1"} if at else {})
        work()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)
