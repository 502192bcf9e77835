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
    behind: Sequence[Part] = ()
    """The sections behind the insight and the reading."""


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
    end = _last(parts, [index for index, part in enumerate(parts) if _is(part, words.READING) and part.lines])
    start = _last(parts[:end], [index for index, part in enumerate(parts[:end]) if _is(part, words.INSIGHT)])
    if end < len(parts) and start != end - 1:
        start = end
    insight = parts[start] if start < end else None
    reading = parts[end] if end < len(parts) else None
    behind = parts[end + 1 :] if reading else parts[start + 1 :]
    return Body(parts[:start], insight, reading, behind)


def _last(parts: Sequence[Part], found: Sequence[int]) -> int:
    """The last of these positions; the end, if there is none."""
    return found[-1] if found else len(parts)


def _is(part: Part, title: str) -> bool:
    return part.words is not None and split_heading(part.words).title == title
