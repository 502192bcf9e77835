"""The Celery processes of the demo and of the crash test, each on its own, as if on a machine of its own."""

from __future__ import annotations

from demo.supervisor import Child

CELERY = ("celery", "--app", "config", "--quiet")
WORKER = (*CELERY, "worker", "--loglevel", "WARNING", "--without-mingle", "--without-gossip", "--without-heartbeat")

# A message ahead, for the reason that config.workers gives.
ENGINE = ("--queues", "engine", "--pool", "solo", "--concurrency", "1", "--prefetch-multiplier", "2")


def celery_children(*, workers: int, threads: int) -> list[Child]:
    """Engine, sending workers of so many threads each, and beat, in the order in which they start."""
    sending = (*WORKER, "--queues", "send", "--pool", "threads", "--concurrency", str(threads))
    names = [f"worker{number}" for number in range(1, workers + 1)]
    return [
        Child("engine", (*WORKER, *ENGINE, "--hostname", "engine@%h")),
        *(Child(name, (*sending, "--hostname", f"{name}@%h")) for name in names),
        Child("beat", (*CELERY, "beat", "--loglevel", "WARNING", "--pidfile=")),
    ]
