"""The highlights in front of a bulletin digest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from newsletter.digest.bulletin import words
from newsletter.digest.bulletin.bold import BARE, read_bold, write_bold
from newsletter.digest.document import Highlight
from newsletter.digest.findings import Findings, excerpt
from newsletter.digest.lines import Line, bullet

_CLOSING = "**:"


class ReadHighlight(NamedTuple):
    """A highlight and the number of its line."""

    highlight: Highlight
    line: int


def read_highlights(head: Line, lines: Sequence[Line], findings: Findings) -> Iterator[ReadHighlight]:
    """A highlight for each line. A line that is none comes back as its own text, with a finding; so does the heading
    where the writer would not write it as it is."""
    if not lines:
        findings.warn("highlights.empty", f"no highlight follows; {words.HIGHLIGHTS} is kept as text", head.number)
    elif not words.is_spelled(head.text, words.HIGHLIGHTS_HEADING):
        message = f"{excerpt(head.text)!r} is kept as text; expected {words.HIGHLIGHTS_HEADING!r}"
        findings.warn("highlights.heading", message, head.number)
    if not lines or not words.is_spelled(head.text, words.HIGHLIGHTS_HEADING):
        yield ReadHighlight(_whole(head), head.number)
    for line in lines:
        highlight = _read(line)
        if highlight is None:
            message = f"{excerpt(line.text)!r} is kept as text; expected '- **[类别]** **标题**: 摘要'"
            findings.warn("highlight.unreadable", message, line.number)
        yield ReadHighlight(highlight or _whole(line), line.number)


def write_highlights(highlights: Sequence[Highlight]) -> Iterator[str]:
    """The lines of the highlights, with their heading."""
    first = highlights[0]
    if first.spelling != words.WHOLE_LINE or not words.is_heading_of(first.title, words.HIGHLIGHTS):
        yield from (words.HIGHLIGHTS_HEADING, "")
    yield from map(_write, highlights)


def _whole(line: Line) -> Highlight:
    return Highlight(line.text, spelling=words.WHOLE_LINE)


def _read(line: Line) -> Highlight | None:
    text, category = bullet(line.text) or "", None
    end = text.find("]**")
    if text.startswith("**[") and end > 3:
        category, text = text[3:end].strip(), text[end + 3 :].lstrip()
    bold = read_bold(text)
    if bold is None or category == "":
        return None
    summary = None if bold.closing == BARE else bold.text
    return Highlight(bold.label, category, summary, None if bold.closing in {_CLOSING, BARE} else bold.closing)


def _write(highlight: Highlight) -> str:
    if highlight.spelling == words.WHOLE_LINE:
        return highlight.title
    category = "" if highlight.category is None else f"**[{highlight.category}]** "
    closing = highlight.spelling or (BARE if highlight.summary is None else _CLOSING)
    return f"- {category}{write_bold(highlight.title, closing, highlight.summary or '')}"
