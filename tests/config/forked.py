"""Forks small processes, for the tests: ``python -m tests.config.forked PROGRAM…``. Each says on stdout who it is."""

from __future__ import annotations

import os
import signal
import sys
import time

from config.forking import Forked, Kept


def say(what: str) -> None:
    os.write(1, f"{what} {os.getpid()}\n".encode())


def rest() -> None:
    say("rest")
    while True:
        time.sleep(60)


def stubborn() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    rest()


def broken() -> None:
    say("broken")
    raise ValueError("broken")


def polite() -> None:
    def stop(*_: object) -> None:
        say("stopped")
        sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    rest()


if __name__ == "__main__":
    programs = {each.__name__: each for each in (rest, stubborn, broken, polite)}
    forked = Forked([Kept(name, programs[name]) for name in sys.argv[1:]], patience=1.0)
    signal.signal(signal.SIGTERM, lambda *_: forked.stop.set())
    say("parent")
    forked.until_stopped()
    say("over")
