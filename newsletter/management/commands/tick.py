"""One pass of the engine, by hand."""

from __future__ import annotations

import threading
import time
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from newsletter.delivery import engine, queueing, sender
from newsletter.delivery.gateways.ses import default_gateway
from newsletter.editorial import notice_mail
from newsletter.events import applying
from newsletter.management.base import SudiCommand
from newsletter.models import Batch, CampaignStatus

IDLE_PASSES = 3


class Command(SudiCommand):
    help = "Make one pass of the engine: find due and stalled work, enqueue it, apply events, mail notices."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until-idle", action="store_true", help="go on until nothing is left to do")
        parser.add_argument("--eager", action="store_true", help="send here, without any worker")

    def run(self, **options: Any) -> None:
        idle = 0
        while True:
            done = _pass(eager=options["eager"])
            idle = 0 if done or _backing_off() else idle + 1
            if not options["until_idle"] or idle >= IDLE_PASSES:
                return
            time.sleep(0 if done else 1)


def _backing_off() -> bool:
    """Whether a batch waits after throttling: that is work left to do."""
    waiting = Batch.objects.filter(done_at=None, not_before__gt=timezone.now())
    return waiting.filter(campaign__status=CampaignStatus.SENDING).exists()


def _pass(*, eager: bool) -> int:
    gateway, never = default_gateway(), threading.Event()
    work = engine.tick(gateway, (lambda batch_id: _send(batch_id, never)) if eager else queueing.enqueue)
    return work + applying.apply_pending() + notice_mail.send_waiting()


def _send(batch_id: int, never: threading.Event) -> None:
    sender.send_batch(batch_id, default_gateway(), never)
