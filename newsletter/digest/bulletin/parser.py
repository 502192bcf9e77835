"""Reads a bulletin digest."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from newsletter.digest.bulletin import words
from newsletter.digest.bulletin.faults import inspect_links
from newsletter.digest.bulletin.highlights import ReadHighlight, read_highlights
from newsletter.digest.bulletin.matching import without_story
from newsletter.digest.bulletin.reading_list import read_reading
from newsletter.digest.bulletin.sections import Part, read_sections
from newsletter.digest.document import Document
from newsletter.digest.errors import InvalidDigest, Problem
from newsletter.digest.findings import Findings, cited
from newsletter.digest.headline import TitleLine, find_title, series_before, split_icon
from newsletter.digest.label_ends import notation_of
from newsletter.digest.lines import Line, heading, is_rule, joined, lines_of
from newsletter.digest.wording import said

_DAY = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
_RANGE = re.compile(rf"[(（]\s*+({_DAY})\s*+{words.UNTIL}\s*+({_DAY})\s*+[)）]")


@dataclasses.dataclass(frozen=True, slots=True)
class _Headline:
    icon: str | None = None
    title: str = ""
    series: str | None = None
    start: datetime.date | None = None
    end: datetime.date | None = None


class _Body(NamedTuple):
    """What is under the title."""

    intro: Sequence[Line]
    highlights: Part | None
    sections: Sequence[Part]
    reading: tuple[Line, Sequence[Line]] | None
    behind: Sequence[Part] = ()
    """The sections behind the reading, where there are any."""


def parse(text: str) -> Document:
    """The document of a bulletin digest, with its findings.

    Raises ``InvalidDigest``, with all of the problems at once, when there is no title, no valid range of dates or no
    story, or when text stands in front of the title.
    """
    lines = [line for line in lines_of(text) if not is_rule(line.text)]
    problems: list[Problem] = []
    title = find_title(lines, words.TITLE_FORM, problems)
    headline = _headline(title, problems) if title else _Headline()
    body = _split_body(title.below if title else lines)
    if all(part.level == 2 for part in (*body.sections, *body.behind)):
        problems.append(Problem.of("story.missing", said("no story; expected a heading '### **…**' for each")))
    if problems:
        raise InvalidDigest(problems)
    findings = Findings()
    for line in lines:
        findings.inspect(line)
        inspect_links(line, findings)
    return _document(headline, body, findings)


def _document(headline: _Headline, body: _Body, findings: Findings) -> Document:
    description = _description(body.intro, findings)
    part = body.highlights
    highlights = list(read_highlights(part.head, part.lines, findings)) if part else []
    sections, ends = read_sections(body.sections, findings)
    reading = read_reading(*body.reading, findings) if body.reading else ()
    behind, ends_behind = read_sections(body.behind, findings)
    if body.reading and behind:
        message = said(
            "sections follow %(part)s; the mail shows it behind them; expected it as the last heading",
            part=words.READING,
        )
        findings.warn("part.misplaced", message, body.reading[0].number)
    document = Document(
        format=words.SLUG,
        language=words.LANGUAGE,
        title=headline.title,
        icon=headline.icon,
        series=headline.series,
        date_start=headline.start,
        date_end=headline.end,
        description=description,
        highlights=tuple(read.highlight for read in highlights),
        sections=sections + behind,
        reading=reading,
        notation=notation_of((*ends, *ends_behind), words.SUMMARY_END, len(sections) if behind else None),
    )
    _report_unmatched(highlights, document, findings)
    return dataclasses.replace(document, findings=findings.all())


def _headline(first: TitleLine, problems: list[Problem]) -> _Headline:
    icon, title = split_icon(first.words)
    found = max(_RANGE.finditer(title), key=re.Match.start, default=None)
    if found is None:
        message = said("the title has no range of dates; expected %(form)s", form=words.TITLE_FORM)
        problems.append(Problem.of("date.missing", message, first.line.number))
        return _Headline(icon, title)
    days = [_day(text, first.line, problems) for text in found.groups()]
    start, end = days
    if start and end and end < start:
        message = said(
            "the range ends on %(end)s, before it starts on %(start)s; expected %(form)s",
            end=str(end),
            start=str(start),
            form=words.TITLE_FORM,
        )
        problems.append(Problem.of("date.order", message, first.line.number))
    return _Headline(icon, title, series_before(title, found), start, end)


def _day(text: str, line: Line, problems: list[Problem]) -> datetime.date | None:
    year, month, day = map(int, text.split("-"))
    try:
        return datetime.date(year, month, day)
    except ValueError:
        message = said("there is no day %(day)s; expected a date of the calendar", day=text)
        problems.append(Problem.of("date.invalid", message, line.number))
        return None


def _split_body(lines: Sequence[Line]) -> _Body:
    parts = list(_parts(lines))
    intro = lines[: len(lines) - sum(1 + len(part.lines) for part in parts)]
    highlights = parts.pop(0) if parts and words.is_heading_of(parts[0].head.text, words.HIGHLIGHTS) else None
    headings = [index for index, part in enumerate(parts) if part.level == 2]
    found = [index for index in headings if words.is_heading_of(parts[index].head.text, words.READING)]
    if not found:
        return _Body(intro, highlights, parts, None)
    start = found[-1]
    end = next((index for index in headings if index > start), len(parts))
    head, *below = [line for part in parts[start:end] for line in (part.head, *part.lines)]
    return _Body(intro, highlights, parts[:start], (head, below), parts[end:])


def _parts(lines: Sequence[Line]) -> Iterator[Part]:
    found = [(index, parts) for index, line in enumerate(lines) if (parts := heading(line.text)) and parts[0] in {2, 3}]
    ends = [*(index for index, _ in found[1:]), len(lines)]
    for (start, (level, title)), end in zip(found, ends, strict=False):
        yield Part(lines[start], level, title, lines[start + 1 : end])


def _description(intro: Sequence[Line], findings: Findings) -> str | None:
    for line in intro:
        message = said("%(text)s stands before the first part and is kept as the description", text=cited(line.text))
        findings.warn("text.unexpected", message, line.number)
    return joined(intro) or None


def _report_unmatched(highlights: Sequence[ReadHighlight], document: Document, findings: Findings) -> None:
    told = [read for read in highlights if read.highlight.spelling != words.WHOLE_LINE]
    for position in without_story([read.highlight for read in told], document.stories):
        message = said(
            "no story seems to tell of the highlight %(title)s; add it, or leave the highlight out",
            title=cited(told[position].highlight.title),
        )
        findings.warn("highlight.no-story", message, told[position].line)
