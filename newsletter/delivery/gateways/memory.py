"""A gateway that keeps what it is given: for tests and for trying things without a network."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence

from newsletter.delivery.gateways.base import Answer, CallFailed, Gateway, Letter, Mail, Outcome, Quota

Script = Callable[[Mail, Sequence[Letter]], list[Answer]]


class MemoryGateway(Gateway):
    """Accepts everything, or does what the next ``script`` says; ``sent`` and ``singles`` hold what was accepted, in
    order."""

    def __init__(self, *scripts: Script, quota: Quota | None = None) -> None:
        self.sent: list[tuple[Mail, Letter]] = []
        self.singles: list[tuple[Mail, Letter]] = []
        self.failures: dict[str, CallFailed] = {}  # of single mails, by address
        self._scripts = list(scripts)
        self._quota = quota or Quota(10_000, -1, 0, True)
        self._ids = itertools.count(1)
        self._lock = threading.Lock()

    def send(self, mail: Mail, letters: Sequence[Letter]) -> list[Answer]:
        with self._lock:
            script = self._scripts.pop(0) if self._scripts else self.accept
            return script(mail, letters)

    def accept(self, mail: Mail, letters: Sequence[Letter]) -> list[Answer]:
        """Take every letter and give it a message id."""
        self.sent += [(mail, letter) for letter in letters]
        return [Answer(Outcome.ACCEPTED, message_id=f"memory-{next(self._ids)}") for _ in letters]

    def send_one(self, mail: Mail, letter: Letter) -> str:
        with self._lock:
            if failure := self.failures.get(letter.address):
                raise failure
            self.singles.append((mail, letter))
            return f"memory-{next(self._ids)}"

    def room(self, mail: Mail, letter: Letter) -> int:
        return 50

    def quota(self) -> Quota:
        return self._quota
