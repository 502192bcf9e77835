"""What processes cost: processor time and memory, theirs and the servers'."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping

import psutil

# Whose processes the servers' are, by the program's name.
SERVERS = {"postgresql": ("postgres",), "rabbitmq": ("beam.smp",)}


def family(pid: int) -> list[int]:
    """The process and its children."""
    process = psutil.Process(pid)
    return [process.pid, *(child.pid for child in process.children())]


def cpu_seconds(pids: Iterable[int]) -> float:
    """What the processes have used so far, their children included."""
    total = 0.0
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            times = psutil.Process(pid).cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def server_cpu_seconds() -> Mapping[str, float]:
    """The same for the servers that run on this machine. What a connection's own process used is its parent's once
    it has ended."""
    return {
        name: cpu_seconds(process.pid for process in psutil.process_iter(["name"]) if process.info["name"] in programs)
        for name, programs in SERVERS.items()
    }


def pss_mb(pids: Iterable[int]) -> float:
    """The processes' memory in MB (1,000,000 bytes), what they share divided among them (Linux: Pss)."""
    total = 0
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            total += psutil.Process(pid).memory_full_info().pss
    return total / 1e6
