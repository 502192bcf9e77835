"""Giving work to the workers, by name: the engine knows no task."""

from __future__ import annotations

from celery import current_app

from newsletter.delivery import leases


def enqueue(batch_id: int) -> None:
    """Give a batch to the workers; the message expires when the engine would enqueue the batch again."""
    current_app.send_task("newsletter.tasks.send_batch", (batch_id,), queue="send", expires=leases.queue_seconds())
