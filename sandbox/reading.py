"""Reading mail back: letters by id, pages of the list, the counts."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.archive import unpack_call, unpack_content
from sandbox.clock import moment
from sandbox.database import Database
from sandbox.fates import Fate
from sandbox.letters import Call, Content, Letter

_VISIBLE = f"message.fate <> '{Fate.RENDERING_FAILED}'"
_SEARCHED = "recipient || char(10) || coalesce(message.subject, call.subject) || char(10) || sender"
_CACHED = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the list of mail; no body is touched for it."""

    seq: int
    id: str
    at: datetime
    sender: str
    recipient: str
    subject: str
    fate: str


class Reader:
    """Queries for the API, the inbox and the poster. Keeps the last few calls unpacked."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._contents: dict[int, Content] = {}
        self._calls: dict[int, tuple[datetime, Call]] = {}
        self._stats: tuple[tuple[int, int], dict[str, int]] | None = None

    def letter(self, seq: int) -> Letter | None:
        """The message with this number, rendering failures included."""
        return next(self._letters("message.seq = ?", (seq,), limit=1), None)

    def letter_by_id(self, message_id: str) -> Letter | None:
        """The message with this SES message id, if it is mail."""
        return next(self._letters(f"{_VISIBLE} AND message.id = ?", (message_id,), limit=1), None)

    def letters(self, *, to: str, after: str, limit: int) -> Iterator[Letter]:
        """Mail in the order of acceptance; ``to``: only to that address, ``after``: only after that message id."""
        where, values = [_VISIBLE], []
        if after:
            where.append("message.seq > coalesce((SELECT seq FROM message WHERE id = ?), 0)")
            values.append(after)
        if to:
            where.append("instr(lower(message.recipient), ?) > 0")
            values.append(to.lower())
        for letter in self._letters(" AND ".join(where), tuple(values), limit=-1 if to else limit):
            if limit == 0:
                return
            if not to or letter.goes_to(to):
                limit -= 1
                yield letter

    def lines(self, *, query: str, before: int, limit: int) -> list[Line]:
        """The newest mail first; ``query`` is looked for in recipient, subject and sender."""
        where, values = _VISIBLE, []
        if before:
            where += " AND message.seq < ?"
            values.append(str(before))
        if query:
            where += f" AND instr(lower({_SEARCHED}), ?)"
            values.append(query.lower())
        rows = self._database.reading.execute(
            "SELECT message.seq, message.id, call.at, call.sender, message.recipient,"  # noqa: S608 - fixed fragments
            " coalesce(message.subject, call.subject), message.fate"
            f" FROM message JOIN call ON call.id = message.call WHERE {where} ORDER BY message.seq DESC LIMIT ?",
            (*values, limit),
        )
        return [
            Line(seq=seq, id=id_, at=moment(at), sender=sender, recipient=recipient, subject=subject, fate=fate)
            for seq, id_, at, sender, recipient, subject, fate in rows
        ]

    def stats(self) -> dict[str, int]:
        """Counts of mail with a delivery tag, and of all other mail. ``duplicates``: messages beyond the first."""
        version: tuple[int, int] = self._database.reading.execute(
            "SELECT coalesce(max(seq), 0), coalesce(min(seq), 0) FROM message"
        ).fetchone()
        if self._stats is None or self._stats[0] != version:
            self._stats = (version, self._count())
        return self._stats[1]

    def fates(self) -> dict[str, int]:
        """How many messages came to which end."""
        return dict(self._database.reading.execute("SELECT fate, count(*) FROM message GROUP BY fate").fetchall())

    def _count(self) -> dict[str, int]:
        messages, recipients, visible = self._database.reading.execute(
            "SELECT (SELECT count(*) FROM message WHERE campaign IS NOT NULL),"  # noqa: S608 - a fixed fragment
            " (SELECT count(*) FROM (SELECT DISTINCT campaign, position FROM message WHERE campaign IS NOT NULL)),"
            f" (SELECT count(*) FROM message WHERE {_VISIBLE})"
        ).fetchone()
        return {
            "messages": messages,
            "recipients": recipients,
            "duplicates": messages - recipients,
            "other_messages": visible - messages,
        }

    def _letters(self, where: str, values: tuple[Any, ...], *, limit: int) -> Iterator[Letter]:
        rows = self._database.reading.execute(
            f"SELECT seq, id, call, entry, fate FROM message WHERE {where} ORDER BY seq LIMIT ?",  # noqa: S608
            (*values, limit),
        ).fetchall()
        for seq, message_id, call_id, entry, fate in rows:
            found = self._call(call_id)
            if found is None:  # the inbox was emptied meanwhile
                return
            at, call = found
            yield Letter(seq=seq, id=message_id, at=at, fate=fate, call=call, entry=call.entries[entry])

    def _call(self, call_id: int) -> tuple[datetime, Call] | None:
        with self._lock:
            if call_id not in self._calls:
                row = self._database.reading.execute(
                    "SELECT call.at, call.body, content.id, content.body FROM call JOIN content ON content.id = content"
                    " WHERE call.id = ?",
                    (call_id,),
                ).fetchone()
                if row is None:
                    return None
                at, body, content_id, content_body = row
                if content_id not in self._contents:
                    _make_room(self._contents)
                    self._contents[content_id] = unpack_content(content_body)
                _make_room(self._calls)
                self._calls[call_id] = (moment(at), unpack_call(body, self._contents[content_id]))
            return self._calls[call_id]


def _make_room(cache: dict[int, Any]) -> None:
    """The one that was put there first goes."""
    while len(cache) >= _CACHED:
        del cache[next(iter(cache))]
