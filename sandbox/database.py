"""The SQLite file: its tables, and connections to it.

One process accepts mail and writes; the poster only takes rows from the outbox. WAL lets both, and readers, work.
``synchronous=NORMAL`` survives a killed process, which is what a stand-in must survive; not a power cut.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# AUTOINCREMENT: numbers are never used again, so what was read by number may be cached for good.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS content (
    id INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE, body BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS call (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, sender TEXT NOT NULL, subject TEXT NOT NULL,
    content INTEGER NOT NULL, recipients INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS call_at ON call (at);
CREATE TABLE IF NOT EXISTS message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, call INTEGER NOT NULL, entry INTEGER NOT NULL,
    recipient TEXT NOT NULL, subject TEXT, campaign TEXT, position INTEGER, fate TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS message_delivery ON message (campaign, position) WHERE campaign IS NOT NULL;
CREATE TABLE IF NOT EXISTS template (
    name TEXT PRIMARY KEY, subject TEXT NOT NULL, html TEXT NOT NULL, text TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS suppressed (address TEXT PRIMARY KEY, reason TEXT NOT NULL, updated INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, due INTEGER NOT NULL, at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, message INTEGER, kind TEXT NOT NULL, detail TEXT
);
CREATE INDEX IF NOT EXISTS outbox_due ON outbox (due);
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


def connect(path: Path) -> sqlite3.Connection:
    """A connection in autocommit, usable from any thread (its owner serialises), with the tables in place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.executescript(_SCHEMA)
    return connection


class Database:
    """One writing connection behind a lock, and one reading connection for each thread that asks."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer = connect(path)
        self._lock = threading.Lock()
        self._local = threading.local()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: committed at the end, rolled back on an exception."""
        with self._lock:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
            except BaseException:
                self._writer.execute("ROLLBACK")
                raise
            self._writer.execute("COMMIT")

    @property
    def reading(self) -> sqlite3.Connection:
        """This thread's connection for queries."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = connect(self._path)
        return connection
