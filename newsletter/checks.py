"""System checks: what this installation must have before anything runs."""

from __future__ import annotations

import sqlite3
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connection

SQLITE = (3, 38)  # for RETURNING, and for ->> on JSON


def sqlite_is_new_enough(**_: Any) -> list[CheckMessage]:
    """The embedded database needs SQLite 3.38."""
    if connection.vendor != "sqlite" or sqlite3.sqlite_version_info >= SQLITE:
        return []
    wanted = ".".join(map(str, SQLITE))
    return [
        Error(
            f"This Python has SQLite {sqlite3.sqlite_version}; Sudi needs {wanted} or newer.",
            hint="Use another Python, or set DATABASE_URL to a PostgreSQL database.",
            id="newsletter.E001",
        )
    ]
