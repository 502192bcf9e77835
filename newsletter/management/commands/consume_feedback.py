"""The SQS door, as a process."""

from __future__ import annotations

import signal
from typing import Any

from django.core.management.base import CommandParser

from newsletter.events import queue
from newsletter.management.base import SudiCommand, progress_console


class Command(SudiCommand):
    help = "Take SES's events from the SQS queue and store them, until stopped; --once takes what is there and leaves."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="come back when the queue is empty")

    def run(self, **options: Any) -> None:
        consumer = queue.default_consumer()
        before = {each: signal.signal(each, lambda *_: consumer.stop()) for each in (signal.SIGTERM, signal.SIGINT)}
        try:
            consumed = consumer.drain() if options["once"] else consumer.run()
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)
        progress_console().print(f"{consumed.taken} messages taken, {consumed.left} left in the queue.")
