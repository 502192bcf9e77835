"""A digest's lines, and the shapes that a line can have in any format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

BULLETS = frozenset("-*+")

_TAB_COLUMNS = 4


class Line(NamedTuple):
    """A line that is not blank: ``number`` counts from 1, ``indent`` is in columns, ``text`` has no space around it."""

    number: int
    indent: int
    text: str


def lines_of(text: str) -> Iterator[Line]:
    """The lines that are not blank, in order."""
    for number, raw in enumerate(text.split("\n"), start=1):
        stripped = raw.strip()
        if stripped:
            yield Line(number, _indent(raw), stripped)


def joined(lines: Iterable[Line]) -> str:
    """The text of several lines, with a blank line where there was one."""
    pieces: list[str] = []
    last: int | None = None
    for line in lines:
        if last is not None:
            pieces.append("\n" if line.number == last + 1 else "\n\n")
        pieces.append(line.text)
        last = line.number
    return "".join(pieces)


def is_rule(text: str) -> bool:
    """Whether the line is a rule: three hyphens or more, and nothing else."""
    return len(text) >= 3 and not text.strip("-")


def heading(text: str) -> tuple[int, str] | None:
    """The level and the words of a heading (``## words``)."""
    if text[0] != "#":
        return None
    words = text.lstrip("#")
    level = len(text) - len(words)
    if not 1 <= level <= 6 or not words or not words[0].isspace():
        return None
    return level, words.strip()


def bullet(text: str) -> tuple[str, str] | None:
    """The marker of a bullet (``-``, ``*`` or ``+``), and the text behind it, which may be empty."""
    if text[0] in BULLETS and (len(text) == 1 or text[1].isspace()):
        return text[0], text[1:].strip()
    return None


def quote(text: str) -> str | None:
    """The text of a quoted line, which may be empty."""
    return text[1:].strip() if text[0] == ">" else None


def bold_label(text: str) -> tuple[str, str] | None:
    """The label of ``**label：** rest`` (the full-width colon inside the bold) and the rest, which may be empty."""
    if not text.startswith("**"):
        return None
    end = text.find("**", 2)
    if end < 0:
        return None
    inside = text[2:end].strip()
    label = inside[:-1].strip()
    if not label or not inside.endswith("：") or "*" in label:
        return None
    return label, text[end + 2 :].strip()


def _indent(raw: str) -> int:
    # Only spaces and tabs indent: an ideographic space begins a Chinese paragraph, not a nested one.
    margin = raw[: len(raw) - len(raw.lstrip(" \t"))]
    return len(margin.expandtabs(_TAB_COLUMNS))
