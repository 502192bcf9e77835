"""Runs a program in this process, and ends it when the supervisor is gone.

    python -m demo.child FD GRACE -- MODULE-OR-SCRIPT [ARGUMENT…]

FD is the read end of a pipe whose write end only the supervisor has. When it closes, however the supervisor died,
this process gets a SIGTERM, and what is left of its process group after it, or GRACE seconds later, a SIGKILL.
A target that ends in .py or holds a slash is a script, any other a module, as in `python -m`.

Only for a process that leads a process group of its own, as the supervisor starts it.
"""

import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

LAST_ONE = "--last-one-out"


def main(arguments: Sequence[str]) -> None:
    """Watch the supervisor and run the target; what the target raises, SystemExit included, is passed on."""
    fd, grace, separator, target, *rest = arguments
    if separator != "--" or os.getpid() != os.getpgrp():
        raise SystemExit(__doc__)  # never kill the group of a shell
    watch_supervisor(int(fd), float(grace))
    sys.argv = [target, *rest]
    if target.endswith(".py") or os.sep in target:
        runpy.run_path(target, run_name="__main__")
    else:
        runpy.run_module(target, run_name="__main__", alter_sys=True)


def watch_supervisor(fd: int, grace: float) -> None:
    """Start the thread that ends this process when `fd` reads as closed. Programs started from here don't get `fd`."""
    os.set_inheritable(fd, False)
    threading.Thread(target=_end_with_supervisor, args=(fd, grace), name="supervisor", daemon=True).start()


def _end_with_supervisor(fd: int, grace: float) -> None:
    while os.read(fd, 1):
        pass
    # Nobody reads our output any more, and this process may die of SIGTERM before its children do: so somebody must
    # be there after it. It stays in the group, whose number can therefore belong to nobody else until it is done.
    command = [sys.executable, "-I", "-S", __file__, LAST_ONE, str(os.getpid()), str(grace)]
    quiet = subprocess.DEVNULL
    try:
        subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)
    except OSError:
        os.killpg(0, signal.SIGKILL)  # no process can be had: end what there is
    os.kill(os.getpid(), signal.SIGTERM)


def last_one_out(leader: int, grace: float) -> None:
    """Kill this process's group, this process included, once its leader has ended or `grace` seconds have passed."""
    deadline = time.monotonic() + grace
    while os.getppid() == leader and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    if sys.argv[1:2] == [LAST_ONE]:
        last_one_out(int(sys.argv[2]), float(sys.argv[3]))
    else:
        main(sys.argv[1:])
