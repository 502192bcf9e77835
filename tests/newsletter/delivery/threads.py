"""Running things at once, each with a database connection of its own, as workers do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def at_once(*functions: Callable[[], T]) -> list[T]:
    """What the functions return; they start together. Raises what one of them raised."""
    start = threading.Barrier(len(functions))

    def started_together(function: Callable[[], T]) -> T:
        start.wait(10)
        try:
            return function()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(functions)) as pool:
        return list(pool.map(started_together, functions))


def elsewhere(function: Callable[[], T]) -> T:
    """What the function returns when another connection asks: it sees what is committed."""
    return at_once(function)[0]
