"""The highlights in front of a bulletin digest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from newsletter.digest.bold import BARE, read_bold, write_bold
from newsletter.digest.bulletin import words
from newsletter.digest.bulletin.spelling import marker_and_closing, spelling_of
from newsletter.digest.document import Highlight
from newsletter.digest.findings import Findings, cited
from newsletter.digest.lines import Line, bullet
from newsletter.digest.wording import said

_CLOSING = "**:"


class ReadHighlight(NamedTuple):
    """A highlight and the number of its line."""

    highlight: Highlight
    line: int


def read_highlights(head: Line, lines: Sequence[Line], findings: Findings) -> Iterator[ReadHighlight]:
    """A highlight for each line. A line that is none comes back as its own text, with a finding; so does the heading
    where the writer would not write it as it is."""
    if not lines:
        message = said("no highlight follows; %(part)s is kept as text", part=words.HIGHLIGHTS)
        findings.warn("highlights.empty", message, head.number)
    elif not words.is_spelled(head.text, words.HIGHLIGHTS_HEADING):
        message = said(
            "%(text)s is kept as text; expected %(form)s", text=cited(head.text), form=repr(words.HIGHLIGHTS_HEADING)
        )
        findings.warn("highlights.heading", message, head.number)
    if not lines or not words.is_spelled(head.text, words.HIGHLIGHTS_HEADING):
        yield ReadHighlight(_whole(head), head.number)
    for line in lines:
        highlight = _read(line)
        if highlight is None:
            message = said("%(text)s is kept as text; expected '- **[类别]** **标题**: 摘要'", text=cited(line.text))
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
    marker, text = bullet(line.text) or (words.BULLET, "")
    category = None
    end = text.find("]**")
    if text.startswith("**[") and end > 3:
        category, text = text[3:end].strip(), text[end + 3 :].lstrip()
    bold = read_bold(text)
    if bold is None or category == "":
        return None
    summary = None if bold.closing == BARE else bold.text
    closing = None if bold.closing in {_CLOSING, BARE} else bold.closing
    return Highlight(bold.label, category, summary, spelling_of(marker, closing))


def _write(highlight: Highlight) -> str:
    if highlight.spelling == words.WHOLE_LINE:
        return highlight.title
    category = "" if highlight.category is None else f"**[{highlight.category}]** "
    marker, spelled = marker_and_closing(highlight.spelling)
    closing = spelled or (BARE if highlight.summary is None else _CLOSING)
    return f"{marker} {category}{write_bold(highlight.title, closing, highlight.summary or '')}"
