"""The account-level suppression list: address → reason, kept in memory for the accept path and in the store."""

import threading
from collections.abc import Mapping

from sandbox.clock import now_ms
from sandbox.database import Database


class SuppressionList:
    """Source: "Using the Amazon SES account-level suppression list". Addresses are kept in lower case."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        rows = database.reading.execute("SELECT address, reason FROM suppressed")
        self._reasons: dict[str, str] = dict(rows.fetchall())

    @property
    def reasons(self) -> Mapping[str, str]:
        """Address → BOUNCE or COMPLAINT."""
        return self._reasons

    def put(self, address: str, reason: str) -> None:
        """Adds an address, or changes its reason."""
        with self._lock, self._database.writing() as db:
            db.execute("REPLACE INTO suppressed VALUES (?, ?, ?)", (address.lower(), reason, now_ms()))
            self._reasons[address.lower()] = reason

    def delete(self, address: str) -> bool:
        """Takes an address off; False when it was not on the list."""
        with self._lock, self._database.writing() as db:
            db.execute("DELETE FROM suppressed WHERE address = ?", (address.lower(),))
            return self._reasons.pop(address.lower(), None) is not None

    def get(self, address: str) -> tuple[str, str, int] | None:
        """Address, reason, and when it was put there (ms)."""
        query = "SELECT address, reason, updated FROM suppressed WHERE address = ?"
        row: tuple[str, str, int] | None = self._database.reading.execute(query, (address.lower(),)).fetchone()
        return row

    def page(
        self, *, after: str, size: int, reasons: tuple[str, ...], since: int, until: int
    ) -> list[tuple[str, str, int]]:
        """Up to ``size`` rows in order of address, after the address given."""
        marks = ",".join("?" * len(reasons))
        query = (
            "SELECT address, reason, updated FROM suppressed WHERE address > ? AND updated BETWEEN ? AND ?"  # noqa: S608
            f" AND reason IN ({marks}) ORDER BY address LIMIT ?"
        )
        return self._database.reading.execute(query, (after, since, until, *reasons, size)).fetchall()
