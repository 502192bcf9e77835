"""What Sudi's commands share: errors as one clear line with exit status 1, JSON, progress on stderr."""

from __future__ import annotations

import dataclasses
import datetime
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rich.console import Console

from newsletter.digest.errors import DigestError
from newsletter.errors import SudiError


class SudiCommand(BaseCommand):
    """``run`` does the work; what it refuses is told in one message, never as a traceback."""

    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.run(**options)
        except (SudiError, DigestError) as error:
            raise CommandError(str(error)) from error
        except BrokenPipeError:
            sys.stderr.close()

    def run(self, **options: Any) -> None:
        raise NotImplementedError

    def print_json(self, value: object) -> None:
        """One line of JSON on stdout, UTF-8 unescaped."""
        self.stdout.write(json.dumps(value, ensure_ascii=False, default=_jsonable))


def progress_console() -> Console:
    """Where progress and notes go: stderr, a real bar on a terminal and plain lines elsewhere."""
    return Console(file=sys.stderr, highlight=False)


def aware_time(text: str) -> datetime.datetime:
    """The moment an ISO 8601 text names, with its offset or in the site's time zone. Raises ``ValueError``."""
    moment = parse_datetime(text)
    if moment is None:
        raise ValueError(f"{text!r} is no ISO 8601 time, such as 2025-11-27T08:00:00+08:00")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


aware_time.__name__ = "ISO time"  # argparse names the type in its message


def _jsonable(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return str(value)
