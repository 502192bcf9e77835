"""What Celery workers run. Each task takes ids, is safe to repeat, and calls one domain function."""

from __future__ import annotations

import threading

from celery import shared_task
from celery.signals import worker_shutting_down

from newsletter.delivery import account_list, engine, queueing, sender
from newsletter.delivery.gateways.ses import default_gateway
from newsletter.delivery.gateways.ses_account_list import default_account_list
from newsletter.editorial import notice_mail
from newsletter.events import applying

stopping = threading.Event()


@worker_shutting_down.connect
def _stop(**_: object) -> None:
    stopping.set()


@shared_task(ignore_result=True)
def send_batch(batch_id: int) -> None:
    """Send what is pending in a batch."""
    sender.send_batch(batch_id, default_gateway(), stopping)


@shared_task(ignore_result=True)
def tick() -> None:
    """One pass of the engine."""
    engine.tick(default_gateway(), queueing.enqueue)


@shared_task(ignore_result=True)
def apply_events() -> None:
    """Apply the events that the door has stored."""
    applying.apply_pending()


@shared_task(ignore_result=True)
def send_notices() -> None:
    """Mail what the desk waits to be told. Beside batches, for mail is slow and no tick may wait behind it."""
    notice_mail.send_waiting()


@shared_task(ignore_result=True)
def sync_suppressions() -> None:
    """Tell SES's account list and our suppressions of each other, if a day is over. Beside batches: many calls."""
    account_list.sync_if_due(default_account_list(), stopping)
