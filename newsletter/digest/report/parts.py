"""A report's body, cut up by its headings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from newsletter.digest.lines import Line
from newsletter.digest.report import words
from newsletter.digest.report.headings import split_heading, words_at


class Part(NamedTuple):
    """The lines under a heading; ``words`` is None for those in front of the first one, which has no number."""

    words: str | None
    number: int | None
    lines: Sequence[Line]


class Body(NamedTuple):
    """The parts of a report in their order. A part that stands elsewhere is a section like any other."""

    sections: Sequence[Part]
    insight: Part | None
    reading: Part | None


def split_at(level: int, lines: Sequence[Line]) -> Iterator[Part]:
    """The parts under the headings of a level, in order, behind what stands in front of the first."""
    starts = [index for index, line in enumerate(lines) if words_at(level, line) is not None]
    ends = [*starts[1:], len(lines)] if starts else []
    before = lines[: starts[0]] if starts else lines
    if before:
        yield Part(None, None, before)
    for start, end in zip(starts, ends, strict=True):
        yield Part(words_at(level, lines[start]), lines[start].number, lines[start + 1 : end])


def split_body(lines: Sequence[Line]) -> Body:
    parts = list(split_at(2, lines))
    # Reading without a line has no place in a document; its heading stays, as a section.
    reading = parts.pop() if parts and _is(parts[-1], words.READING) and parts[-1].lines else None
    insight = parts.pop() if parts and _is(parts[-1], words.INSIGHT) else None
    return Body(parts, insight, reading)


def _is(part: Part, title: str) -> bool:
    return part.words is not None and split_heading(part.words).title == title
