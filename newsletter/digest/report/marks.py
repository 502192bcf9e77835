"""The marks of a report: list markers, colons, separators. They say nothing; but an export has the digest's own.

Blocks and their items hold theirs as ``spelling``. All others go into the document's notation: the parser records
every mark that could be another, in the order of the document, and the writer asks for them in the same order. Where
a document was edited meanwhile, they may no longer fit; then the format's own marks are used.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import NamedTuple

from newsletter.digest.lines import Line

BULLETS = frozenset("-*+")
BULLET, READING_BULLET = "-", "*"

# What stands between a bold label and its text. The colon may be outside of the bold, inside, or missing.
ALONE, COLON_AFTER = "**", "**："
LABEL_ENDS = frozenset({ALONE, COLON_AFTER, "**:", "：**", ":**"})
COLON_ENDS = LABEL_ENDS - {ALONE}

_LABELLED = re.compile(r"\*\*([^*]++)\*\*\s*+([：:]?)")


def behind(count: int) -> str:
    """The last mark of a report in which so many sections stand behind the insight and the reading."""
    return f"behind {count}"


class Labelled(NamedTuple):
    """``**label**：rest``; ``end`` is one of ``LABEL_ENDS``."""

    label: str
    end: str
    rest: str


class Marks:
    """Takes the marks of a document in order."""

    def __init__(self) -> None:
        self._marks: list[str] = []
        self._usual = True

    def add(self, mark: str, usual: str) -> None:
        self._marks.append(mark)
        self._usual = self._usual and mark == usual

    def all(self) -> tuple[str, ...]:
        """Nothing when every mark is the format's own."""
        return () if self._usual else tuple(self._marks)


class MarkReader:
    """Gives the marks of a document in order, and the format's own where they end or do not fit."""

    def __init__(self, marks: tuple[str, ...]) -> None:
        self._marks = iter(marks)

    def take(self, usual: str, fitting: Container[str]) -> str:
        mark = next(self._marks, usual)
        return mark if mark in fitting else usual


def labelled(text: str) -> Labelled | None:
    """The bold label that a text begins with."""
    found = _LABELLED.match(text)
    if found is None:
        return None
    label, colon, rest = found[1].strip(), found[2], text[found.end() :].strip()
    if not label:
        return None
    if colon:
        return Labelled(label, f"**{colon}", rest)
    if label[-1] in "：:" and label[:-1].strip():
        return Labelled(label[:-1].strip(), f"{label[-1]}**", rest)
    return Labelled(label, ALONE, rest)


def write_label(label: str, end: str) -> str:
    """The inverse of ``labelled``, without the rest."""
    return f"**{label}{end}"


def bullet(line: Line) -> tuple[str, str] | None:
    """The marker of a bullet, and the text behind it, which may be empty."""
    text = line.text
    if text[0] in BULLETS and (len(text) == 1 or text[1].isspace()):
        return text[0], text[1:].strip()
    return None
