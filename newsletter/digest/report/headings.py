"""Headings that say the same in Chinese and in English: ``中文（English）``."""

from __future__ import annotations

import re
from typing import NamedTuple

from newsletter.digest.lines import Line, heading
from newsletter.digest.report.marks import MarkReader, Marks

FULL_WIDTH, HALF_WIDTH = "（）", "()"
_BRACKETS = frozenset({FULL_WIDTH, HALF_WIDTH})
_OTHER_HALF = re.compile(r"（([^（）()]*+)）$|\(([^（）()]*+)\)$")
_LATIN = re.compile(r"[A-Za-z]")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


class Bilingual(NamedTuple):
    """The halves of a heading; ``brackets`` is None if it has one only."""

    title: str
    title_en: str | None = None
    brackets: str | None = None


def split_heading(words: str) -> Bilingual:
    """The halves of a heading's words. Chinese in parentheses is no second half: it belongs to the title."""
    opening = max(words.rfind("（"), words.rfind("("))
    found = _OTHER_HALF.match(words, opening) if opening > 0 else None
    if found is None or words[opening - 1] == "]":  # a link
        return Bilingual(words)
    title, title_en = words[:opening].strip(), (found[1] or found[2] or "").strip()
    if not title or not _LATIN.search(title_en) or _HAN.search(title_en):
        return Bilingual(words)
    return Bilingual(title, title_en, FULL_WIDTH if found[1] else HALF_WIDTH)


def write_heading(title: str, title_en: str | None, marks: MarkReader) -> str:
    """The words of a heading, with the brackets that the digest has."""
    if title_en is None:
        return title
    full_width = marks.take(FULL_WIDTH, _BRACKETS) == FULL_WIDTH
    return f"{title}（{title_en}）" if full_width else f"{title} ({title_en})"


def record_heading(found: Bilingual, marks: Marks) -> None:
    if found.brackets is not None:
        marks.add(found.brackets, FULL_WIDTH)


def words_at(level: int, line: Line) -> str | None:
    """The words of a heading of this level; None for other lines."""
    found = heading(line.text)
    return found[1] if found and found[0] == level else None
