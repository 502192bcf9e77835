"""The servers and programs that some tests need: there, they run; in CI they must be there.

``python -m tests.services DATABASE_URL`` exits 0 when that PostgreSQL answers.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

REQUIRED = os.environ.get("CI") == "true"
HOST = "127.0.0.1"
CHROMIUM = Path("/usr/bin/chromium")


def _listens(port: int, host: str = HOST) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def missing(marker: str) -> str | None:
    """What a test with this marker lacks here, or ``None``."""
    there: dict[str, Callable[[], bool]] = {
        "postgres": lambda: _listens(5432),
        "rabbitmq": lambda: _listens(5672),
        "redis": lambda: _listens(6379),
        "chromium": CHROMIUM.exists,
        "npm": lambda: shutil.which("npm") is not None,
    }
    return None if there[marker]() else f"{marker} is not on this machine"


def demand(item: pytest.Item) -> None:
    """Skip the test for what it lacks; in CI, fail it."""
    for marker in ("postgres", "rabbitmq", "redis", "chromium", "npm"):
        if item.get_closest_marker(marker) and (lack := missing(marker)):
            if REQUIRED:
                pytest.fail(f"{lack}, and CI must run this test", pytrace=False)
            pytest.skip(lack)


if __name__ == "__main__":
    parts = urlsplit(sys.argv[1])
    sys.exit(0 if _listens(parts.port or 5432, parts.hostname or HOST) else 1)
