"""What Sudi's commands share: errors as one clear line with exit status 1, JSON, progress on stderr."""

from __future__ import annotations

import dataclasses
import datetime
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rich.console import Console

from newsletter import local_time
from newsletter.digest.errors import DigestError
from newsletter.errors import SudiError
from newsletter.models import Newsletter


class SudiCommand(BaseCommand):
    """``run`` does the work; what it refuses is told in one message, never as a traceback."""

    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.run(**options)
            self.stdout.flush()
        except (SudiError, DigestError) as error:
            raise CommandError(str(error)) from error
        except BrokenPipeError:
            sys.stderr.close()
        except UnicodeEncodeError as error:  # an argument whose bytes are no UTF-8
            raise CommandError(f"{error.object!r} is no text in UTF-8.") from error
        except (DatabaseError, InterfaceError) as error:
            raise CommandError(_database_trouble(error)) from error
        except OSError as error:
            raise CommandError(f"The system refused: {error}.") from error

    def run(self, **options: Any) -> None:
        raise NotImplementedError

    def print_json(self, value: object) -> None:
        """One line of JSON on stdout, UTF-8 unescaped."""
        self.stdout.write(json.dumps(value, ensure_ascii=False, default=_jsonable))


def progress_console() -> Console:
    """Where progress and notes go: stderr, a real bar on a terminal and plain lines elsewhere."""
    return Console(file=sys.stderr, highlight=False)


def iso_time(text: str) -> datetime.datetime:
    """What an ISO 8601 text says, with an offset or without; ``at`` makes a moment of it. Raises ``ValueError``."""
    time = parse_datetime(text)
    if time is None:
        raise ValueError(f"{text!r} is no ISO 8601 time, such as 2025-11-27T08:00:00+08:00")
    try:
        time.replace(tzinfo=time.tzinfo or datetime.UTC).astimezone(datetime.UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} is beyond the calendar") from error
    return time


def at(time: datetime.datetime | None, newsletter: Newsletter) -> datetime.datetime | None:
    """The moment of an ``--at``: as it is with an offset, in the newsletter's time zone without. Raises ``Refused``."""
    if time is None or timezone.is_aware(time):
        return time
    return local_time.to_come(time, newsletter.time_zone)


iso_time.__name__ = "ISO time"  # argparse names the type in its message


def _database_trouble(error: Exception) -> str:
    said = str(error).split("\nLINE ")[0].strip()  # PostgreSQL quotes the statement
    said = " ".join(said.split()).rstrip("?.")
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, InterfaceError):
        waiting = []
    if waiting:
        return f"The database lacks {len(waiting)} migrations; run manage.py migrate. ({said})"
    return f"The database can't be used: {said}."


def _jsonable(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return str(value)
