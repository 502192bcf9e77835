"""The colophon: the lines in italics that a report ends with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from newsletter.digest.document import ColophonLine
from newsletter.digest.findings import Findings, cited
from newsletter.digest.lines import Line, heading
from newsletter.digest.report import words
from newsletter.digest.report.marks import MarkReader, Marks
from newsletter.digest.wording import said

_PER_LINE = 2

# How an entry begins (on a line of its own, or behind another one), and the colon behind its label. A line that is no
# entry has neither: it is kept as it stands, without a label.
_FIRST, _NEXT = "*", "|"
_AS_IT_STANDS = ""
_MARKS = frozenset({_AS_IT_STANDS} | {f"{start}{colon}" for start in (_FIRST, _NEXT) for colon in "：:"})

_NUMBER = re.compile(r"(?<![0-9])[0-9]{1,9}(?![0-9])")


class Entry(NamedTuple):
    label: str
    colon: str
    value: str


class _Layout:
    """Counts the entries on a line, which is where the format begins the next line."""

    def __init__(self) -> None:
        self.on_line = 0

    def usual(self, label: str) -> str:
        if not label:
            return _AS_IT_STANDS
        return f"{_FIRST if self.on_line in (0, _PER_LINE) else _NEXT}："

    def take(self, mark: str) -> None:
        start = mark[:1]
        self.on_line = 0 if not start else 1 if start == _FIRST else self.on_line + 1


def split_colophon(lines: Sequence[Line]) -> tuple[Sequence[Line], Sequence[Line]]:
    """The lines in front of the colophon, and the colophon's.

    It begins with the first entry behind the last heading, if entries alone follow, or if its label is a known one.
    """
    start = len(lines)
    while start and heading(lines[start - 1].text) is None:
        start -= 1
    entries = [bool(_entries(line.text)) for line in lines[start:]]
    alone = len(entries)
    while alone and entries[alone - 1]:
        alone -= 1
    for index, line in enumerate(lines[start:]):
        if index >= alone or any(entry.label in words.COLOPHON_LABELS for entry in _entries(line.text)):
            return lines[: start + index], lines[start + index :]
    return lines, ()


def read_colophon(lines: Sequence[Line], marks: Marks, findings: Findings) -> Iterator[ColophonLine]:
    layout = _Layout()
    for line in lines:
        found = _entries(line.text)
        if not found:
            message = said(
                "%(text)s is kept as a line without a label; expected '*名稱：… | 名稱：…*'", text=cited(line.text)
            )
            findings.warn("text.unexpected", message, line.number)
            found = [Entry("", "", line.text)]
        for index, entry in enumerate(found):
            mark = f"{_NEXT if index else _FIRST}{entry.colon}" if entry.label else _AS_IT_STANDS
            marks.add(mark, layout.usual(entry.label))
            layout.take(mark)
            yield ColophonLine(entry.label, entry.value)


def write_colophon(colophon: Sequence[ColophonLine], marks: MarkReader) -> Iterator[str]:
    layout = _Layout()
    pending: list[str] = []
    for line in colophon:
        mark = marks.take(layout.usual(line.label), _MARKS)
        if pending and not mark.startswith(_NEXT):
            yield f"*{' | '.join(pending)}*"
            pending = []
        layout.take(mark)
        if line.label:
            pending.append(f"{line.label}{mark[1:] or '：'}{line.value}")
        else:
            yield line.value
    if pending:
        yield f"*{' | '.join(pending)}*"


def declared(colophon: Sequence[ColophonLine], label: str) -> int | None:
    """The number that the colophon gives under this label."""
    value = next((line.value for line in colophon if line.label == label), "")
    found = _NUMBER.search(value)
    return int(found.group()) if found else None


def _entries(text: str) -> list[Entry]:
    """The entries of ``*label：value | label：value*``; nothing at all for another line."""
    inside = text[1:-1]
    if len(text) < 3 or text[0] != "*" or text[-1] != "*" or "*" in inside or inside[0].isspace():
        return []
    entries: list[Entry] = []
    for piece in inside.split(_NEXT):
        entry = _entry(piece)
        if entry:
            entries.append(entry)
        elif entries:
            # What has no label belongs to the value in front of it.
            entries[-1] = entries[-1]._replace(value=f"{entries[-1].value} | {piece.strip()}".strip())
        else:
            return []
    return entries


def _entry(piece: str) -> Entry | None:
    colon = "：" if "：" in piece else ":"
    label, found, value = (part.strip() for part in piece.partition(colon))
    return Entry(label, colon, value) if found and label else None
