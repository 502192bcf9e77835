"""``make bench``: what Sudi costs on this machine. The last line of stdout is JSON.

The sending is measured on PostgreSQL and RabbitMQ, as DATABASE_URL and CELERY_BROKER_URL name them, in a database and a
virtual host that are made for it and removed; where there are none, on SQLite and the embedded broker.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmark.sink import sink_environment
from benchmark.sizes import SIZES
from chaos.servers import own_servers
from config.env import BASE_DIR
from demo.place import DemoRefused
from demo.probes import free_port


@dataclasses.dataclass(frozen=True, slots=True)
class Need:
    """What a part is measured with. A desk of a few people may well live on SQLite, so its pages are timed there."""

    servers: bool = False
    processes: int = 1
    threads: int = 8


# A sending process for each of two cores, and one alone that spends its time waiting for SES.
PARTS = {
    "rendering": Need(),
    "desk": Need(),
    "ledger": Need(servers=True),
    "events": Need(servers=True),
    "sending": Need(servers=True, processes=2, threads=8),
    "latency": Need(servers=True),
    "peers": Need(),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part alone; may be repeated")
    options = parser.parse_args()
    found: dict[str, Any] = {}
    for part in options.only or PARTS:
        with _place(PARTS[part]) as environment:
            found |= _measured(part, options.size, environment)
    print(json.dumps(found | _ratios(found)))
    return 0


@contextlib.contextmanager
def _place(need: Need) -> Iterator[Mapping[str, str]]:
    """The environment of one part: a folder of its own, and databases and queues that are gone afterwards."""
    names = ("DATABASE_URL", "CELERY_BROKER_URL")
    kept = {name: value for name, value in os.environ.items() if name not in names}
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sudi-bench-", ignore_cleanup_errors=True))
        given: Mapping[str, str] = {}
        if need.servers:
            try:
                given = stack.enter_context(own_servers("bench"))
            except DemoRefused as refused:
                print(f"bench: {refused} Measuring on SQLite.", file=sys.stderr)
        yield {
            **kept,
            **sink_environment(free_port()),
            "SUDI_INSTANCE": "bench",
            "PYTHONWARNINGS": "ignore:You're running the worker",  # root in a container is no news here
            "SUDI_DATA_DIR": str(Path(folder) / "data"),
            "SUDI_WORKER_PROCESSES": str(need.processes),
            "SUDI_WORKER_THREADS": str(need.threads),
            **given,
        }


def _measured(part: str, size: str, environment: Mapping[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmark.parts", part, size]
    done = subprocess.run(command, cwd=BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"bench: {part} failed; what it said stands above")
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _ratios(found: Mapping[str, Any]) -> dict[str, Any]:
    """How many times each peer's rate ours is, both measured in this run."""
    if "peers" not in found or "pipeline_per_s" not in found:
        return {}
    return {"ratios": {name: round(found["pipeline_per_s"] / per_s, 1) for name, per_s in found["peers"].items()}}


if __name__ == "__main__":
    sys.exit(main())
