"""The background processes of one machine:

    python -m config.workers [--senders N] [--only-senders]

The engine, which beats for itself, and N sending workers, forked from one process that has loaded what each would load
for itself otherwise. SIGTERM and SIGINT let each finish its chunk.
"""

from __future__ import annotations

import argparse
import functools
import gc
import signal
import sys

from celery import concurrency
from celery.apps import worker
from celery.beat import EmbeddedService, Scheduler
from celery.utils.nodenames import default_nodename, host_format
from celery.worker import consumer, loops
from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from config.celery import app
from config.forking import Forked, Kept

POOLS = {"engine": "solo", "send": "threads"}
# Messages for each thread. With a single one, kombu may hold its acknowledgement back for a second: it calls what a
# message of its own ready list has left to do only after the next wait for the network.
AHEAD = {"engine": 2, "send": 1}
LOADED = (worker, consumer, loops)  # what they run on, named so that it is loaded before they are forked


def processes(*, senders: int, threads: int, engine: bool = True) -> list[Kept]:
    """Those of one machine. The engine runs once for all machines."""
    names = [f"send{number}" for number in range(1, senders + 1)]
    sending = [Kept(name, functools.partial(_work, name, "send", threads)) for name in names]
    return [Kept("engine", _tick_and_work), *sending] if engine else sending


def load() -> None:
    """Load what they share. Opens no connection, and starts no thread."""
    app.loader.import_default_modules()
    app.finalize()
    from newsletter.delivery.gateways.ses import default_gateway  # noqa: PLC0415 - models, now that Django is set up

    default_gateway()
    for pool in POOLS.values():
        concurrency.get_implementation(pool)
    if app.connection_for_write().transport_cls and connection.vendor:  # loads the adapters of broker and database
        import_string(settings.EMAIL_BACKEND)
    gc.collect()
    gc.freeze()  # the collector would touch, and thereby copy, all that is shared


def _tick_and_work() -> None:
    # All that is due is due again within minutes: nothing of the schedule is worth keeping.
    EmbeddedService(app, thread=True, scheduler_cls=Scheduler).start()  # type: ignore[union-attr]  # always a thread
    _work("engine", "engine", 1)


def _work(name: str, queue: str, threads: int) -> None:
    node = app.Worker(
        hostname=host_format(default_nodename(f"{name}@%h")),  # of its own on each machine
        queues=[queue],
        pool_cls=POOLS[queue],
        concurrency=threads,
        prefetch_multiplier=AHEAD[queue],
        loglevel="WARNING",
        quiet=True,
        without_mingle=True,
        without_gossip=True,
        without_heartbeat=True,
    )
    node.start()
    sys.exit(node.exitcode)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m config.workers", description="Engine and sending workers of one machine."
    )
    parser.add_argument(
        "--senders",
        type=int,
        default=settings.SUDI.worker_processes,
        help="sending processes of this machine, one for each core; SUDI_WORKER_PROCESSES if this is the only one",
    )
    parser.add_argument("--only-senders", action="store_true", help="the engine runs on another machine")
    options = parser.parse_args(arguments)
    load()
    forked = Forked(
        processes(
            senders=options.senders,
            threads=settings.SUDI.worker_threads,
            engine=not options.only_senders,
        ),
        patience=settings.SUDI.stop_seconds,
    )
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: forked.stop.set())
    forked.until_stopped()
    return 0


if __name__ == "__main__":
    sys.exit(main())
