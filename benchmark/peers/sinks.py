"""Where the peers' mails go: an SMTP server or an SES in a process of its own, and what it has counted."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from config.env import BASE_DIR
from demo.probes import HOST, free_port

Kind = Literal["smtp", "ses"]

MODULES: dict[Kind, str] = {"smtp": "benchmark.peers.smtp_sink", "ses": "benchmark.sink"}
PATIENCE = 20.0  # seconds for a sink to start, to answer or to end


@dataclass(frozen=True, slots=True)
class RunningSink:
    kind: Kind
    port: int
    process: subprocess.Popen[str]

    def counts(self) -> dict[str, int]:
        """``recipients``, ``calls`` and ``bytes``, of the whole life of the sink. To be asked once, at the end: the
        SMTP sink tells them as it stops."""
        told = self._stopped() if self.kind == "smtp" else self._asked()
        counts: dict[str, int] = json.loads(told)
        return counts

    def _stopped(self) -> str:
        self.process.terminate()
        return self.process.communicate(timeout=PATIENCE)[0]

    def _asked(self) -> bytes:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE)
        try:
            connection.request("GET", "/counts")
            return connection.getresponse().read()
        finally:
            connection.close()


@contextlib.contextmanager
def running_sink(kind: Kind) -> Iterator[RunningSink]:
    """A new sink that listens on a port of loopback. Raises ``RuntimeError`` if it doesn't start."""
    port = free_port()
    command = [sys.executable, "-m", MODULES[kind], str(port)]
    with subprocess.Popen(command, cwd=BASE_DIR, stdout=subprocess.PIPE, text=True) as process:
        try:
            _wait(port, process)
            yield RunningSink(kind, port, process)
        finally:
            process.kill()  # nothing to lose: whoever wanted its counts has them


def _wait(port: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"the sink {process.args!r} did not start")
