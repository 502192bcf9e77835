"""The editor's insight: parts of paragraphs, and at its end a list of what to watch."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from newsletter.digest.document import BULLETED, EditorInsight, InsightPart, Watchlist
from newsletter.digest.findings import Findings
from newsletter.digest.lines import Line, joined
from newsletter.digest.report.headings import record_heading, split_heading, words_at, write_heading
from newsletter.digest.report.marks import (
    BULLET,
    BULLETS,
    COLON_AFTER,
    LABEL_ENDS,
    MarkReader,
    Marks,
    labelled,
    write_label,
)
from newsletter.digest.report.oddities import no_paragraph, report_odd
from newsletter.digest.report.parts import Part, split_at

_ITEM = re.compile(r"([0-9]{1,9}[.)]|[-*+])(?:\s+|$)|([0-9]{1,9}、)\s*")


class _ItemMarks:
    """The marks that an item of the watch list may have."""

    def __contains__(self, mark: object) -> bool:
        found = _ITEM.fullmatch(mark) if isinstance(mark, str) else None
        return found is not None


def read_insight(part: Part, marks: Marks, findings: Findings) -> EditorInsight:
    found = split_heading(part.words or "")
    record_heading(found, marks)
    start = _watchlist_start(part.lines)
    parts = tuple(_part(each, findings) for each in split_at(3, part.lines[:start]))
    return EditorInsight(found.title, found.title_en, parts, _watchlist(part.lines[start:], marks))


def write_insight(insight: EditorInsight, marks: MarkReader) -> Iterator[str]:
    yield f"## {write_heading(insight.title, insight.title_en, marks)}"
    for part in insight.parts:
        if part.title is not None:
            yield from ("", f"### {part.title}")
        for paragraph in part.paragraphs:
            yield from ("", *paragraph.split("\n"))
    if insight.watchlist:
        label = write_label(insight.watchlist.label, marks.take(COLON_AFTER, LABEL_ENDS))
        yield from ("", label, "")
        for number, item in enumerate(insight.watchlist.items, start=1):
            first, *rest = item.split("\n")
            usual = BULLET if insight.watchlist.spelling == BULLETED else f"{number}."
            yield f"{marks.take(usual, _ItemMarks())} {first}".rstrip()
            yield from (f"   {line}" for line in rest)


def _part(part: Part, findings: Findings) -> InsightPart:
    for line in part.lines:
        report_odd(line, findings, odd=no_paragraph)
    return InsightPart(part.words, tuple(map(joined, _paragraphs(part.lines))))


def _paragraphs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Runs of lines without a blank one between them."""
    run: list[Line] = []
    for line in lines:
        if run and run[-1].number + 1 != line.number:
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _watchlist_start(lines: Sequence[Line]) -> int:
    """Where the watch list begins: a label alone on its line, and then items up to the end; the end, if nowhere."""
    end = len(lines)
    for index in range(end - 1, -1, -1):
        found = labelled(lines[index].text)
        if found and not found.rest and not _ITEM.match(lines[index].text):
            return index if _is_list(lines[index + 1 :]) else end
        if words_at(3, lines[index]) is not None:
            return end
    return end


def _is_list(lines: Sequence[Line]) -> bool:
    """Whether there are items only, and text that belongs to them: right under one, or indented."""
    last = None
    for line in lines:
        if not _ITEM.match(line.text) and (last is None or (last + 1 != line.number and not line.indent)):
            return False
        last = line.number
    return last is not None


def _watchlist(lines: Sequence[Line], marks: Marks) -> Watchlist | None:
    if not lines:
        return None
    found = labelled(lines[0].text)
    assert found is not None  # noqa: S101  (narrows the type: that is how the start was found)
    marks.add(found.end, COLON_AFTER)
    items: list[str] = []
    found_marks: list[str] = []
    for line in lines[1:]:
        item = _ITEM.match(line.text)
        if item:
            found_marks.append(item[1] or item[2])
            items.append(line.text[item.end() :])
        else:
            items[-1] = f"{items[-1]}\n{line.text}"
    bulleted = BULLETS.issuperset(found_marks)
    for number, mark in enumerate(found_marks, start=1):
        marks.add(mark, BULLET if bulleted else f"{number}.")
    return Watchlist(found.label, tuple(items), BULLETED if bulleted else None)
