"""Accepting mail: the one writer of contents, calls, messages, and of the events they cause."""

import random
import re
import sqlite3
import uuid

from sandbox.addresses import bare
from sandbox.archive import content_hash, pack_call, pack_content
from sandbox.clock import now_ms
from sandbox.database import Database
from sandbox.fates import Fate, Happening, Kind, delay, plan
from sandbox.faults import FaultBoard
from sandbox.letters import Call, Content, Entry
from sandbox.merge import fill
from sandbox.suppression import SuppressionList

DELIVERY_TAG = "delivery"
_DELIVERY = re.compile(r"(?P<campaign>.+)-(?P<position>\d{1,18})-(?P<attempt>\d+)")


def delivery_of(tags: dict[str, str]) -> tuple[str, int] | tuple[None, None]:
    """Campaign and position out of the tag ``<campaign>-<position>-<attempt>``, if there is one."""
    match = _DELIVERY.fullmatch(tags.get(DELIVERY_TAG, ""))
    return (match["campaign"], int(match["position"])) if match else (None, None)


class Store:
    """Writes each accepted call in one transaction. ``publishing`` is off where no hook listens."""

    def __init__(
        self,
        database: Database,
        suppression: SuppressionList,
        faults: FaultBoard,
        *,
        publishing: bool,
        feedback_delay_ms: int,
    ) -> None:
        self._database = database
        self._suppression = suppression
        self._faults = faults
        self._publishing = publishing
        self._delay_ms = feedback_delay_ms
        self._contents: dict[bytes, int] = {}

    def accept(self, call: Call) -> list[str]:
        """Keeps every message of ``call`` and plans its events; gives the message ids, in order."""
        at = now_ms()
        content, slots = call.content, call.content.slots()
        shared = content.subject if "{{" not in content.subject else ""
        recipients = sum(len(entry.recipients) for entry in call.entries)
        digest, body = content_hash(content), pack_call(call)
        ids = [_message_id(at) for _ in call.entries]
        planned = [self._plan(call, entry, slots) for entry in call.entries]
        with self._database.writing() as db:
            content_id = self._content_id(db, digest, content)
            call_id = db.execute(
                "INSERT INTO call (at, sender, subject, content, recipients, body) VALUES (?, ?, ?, ?, ?, ?)",
                (at, call.sender, shared, content_id, recipients, body),
            ).lastrowid
            first = _next_number(db)
            db.executemany(
                "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (first + index, ids[index], call_id, index, *_columns(call, entry, shared, fate), fate.value)
                    for index, (entry, (fate, _)) in enumerate(zip(call.entries, planned, strict=True))
                ],
            )
            if self._publishing and call.configuration_set is not None:
                db.executemany(
                    "INSERT INTO outbox (due, at, message, kind, detail) VALUES (?, ?, ?, ?, ?)",
                    [
                        (at + then.after_ms + late, at + then.after_ms, first + index, then.kind.value, _detail(then))
                        for index, (_, happenings) in enumerate(planned)
                        for then in happenings
                        for late in self._faults.event_delays()
                    ],
                )
        self._contents[digest] = content_id
        return ids

    def clear(self) -> None:
        """Forgets all mail and the events that are still to come. The suppression list and templates stay."""
        with self._database.writing() as db:
            for table in ("message", "call", "content"):
                db.execute(f"DELETE FROM {table}")  # noqa: S608 - three fixed names
            db.execute("DELETE FROM outbox WHERE message IS NOT NULL")
            self._contents.clear()

    def _plan(self, call: Call, entry: Entry, slots: frozenset[str]) -> tuple[Fate, list[Happening]]:
        if missing := slots.difference(call.data, entry.data):
            failure = Happening(Kind.RENDERING_FAILURE, delay(Kind.RENDERING_FAILURE, self._delay_ms), (min(missing),))
            return Fate.RENDERING_FAILED, [failure]
        return plan(map(bare, entry.recipients), self._suppression.reasons, self._delay_ms)

    def _content_id(self, db: sqlite3.Connection, digest: bytes, content: Content) -> int:
        known = self._contents.get(digest)
        if known is not None:
            return known
        db.execute("INSERT OR IGNORE INTO content (hash, body) VALUES (?, ?)", (digest, pack_content(content)))
        found: int = db.execute("SELECT id FROM content WHERE hash = ?", (digest,)).fetchone()[0]
        return found


def _next_number(db: sqlite3.Connection) -> int:
    row = db.execute("SELECT seq + 1 FROM sqlite_sequence WHERE name = 'message'").fetchone()
    return int(row[0]) if row else 1


def _message_id(at: int) -> str:
    """Like SES's: ``0100`` and the time in hex, a UUID, ``000000``."""
    return f"0100{at:012x}-{uuid.UUID(int=random.getrandbits(128), version=4)}-000000"


def _columns(call: Call, entry: Entry, shared: str, fate: Fate) -> tuple[str, str | None, str | None, int | None]:
    """Recipient, subject (null: the call's), campaign and position. What failed to render is no mail of a campaign."""
    if fate is Fate.RENDERING_FAILED:
        return ", ".join(entry.recipients), None, None, None
    subject = None if shared or not call.content.merged else fill(call.content.subject, call.entry_data(entry))
    campaign, position = delivery_of(call.entry_tags(entry))
    return ", ".join(entry.recipients), subject, campaign, position


def _detail(happening: Happening) -> str | None:
    return None if happening.addresses is None else "\n".join(happening.addresses)
