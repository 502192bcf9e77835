"""Reads an express digest."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence

from newsletter.digest.document import Document, Section
from newsletter.digest.errors import InvalidDigest, Problem
from newsletter.digest.express import words
from newsletter.digest.express.other_links import read_other_links
from newsletter.digest.express.story import StoryBuilder
from newsletter.digest.findings import Findings, cited
from newsletter.digest.headline import TitleLine, chinese_date, date_of, find_title, series_before, split_icon
from newsletter.digest.label_ends import notation_of
from newsletter.digest.lines import Line, heading, is_rule, joined, lines_of
from newsletter.digest.wording import said

_TITLE_FORM = "'# 🤖 刊名 - 2025年01月31日'"


@dataclasses.dataclass(frozen=True, slots=True)
class _Headline:
    icon: str | None = None
    title: str = ""
    series: str | None = None
    date: datetime.date | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class _Part:
    """A second-level heading and the lines under it."""

    title: str
    number: int
    lines: Sequence[Line]


@dataclasses.dataclass(frozen=True, slots=True)
class _Body:
    """What is under the title."""

    intro: Sequence[Line]
    stories: Sequence[_Part]
    other_links: _Part | None = None
    place: int | None = None
    """How many stories stand above the other links, where some stand below."""


def parse(text: str) -> Document:
    """The document of an express digest, with its findings.

    Raises ``InvalidDigest``, with all of the problems at once, when there is no title, no valid date or no story, or
    when text stands in front of the title.
    """
    lines = [line for line in lines_of(text) if not is_rule(line.text)]
    problems: list[Problem] = []
    title = find_title(lines, _TITLE_FORM, problems)
    headline = _headline(title, problems) if title else _Headline()
    body = _split_body(title.below if title else lines)
    if not body.stories:
        problems.append(Problem.of("story.missing", said("no story; expected a heading '## …' for each")))
    if problems:
        raise InvalidDigest(problems)
    findings = Findings()
    for line in lines:
        findings.inspect(line)
    return _document(headline, body, findings)


def _document(headline: _Headline, body: _Body, findings: Findings) -> Document:
    description = _description(body.intro, findings)
    builders = [_story(part, findings) for part in body.stories]
    stories = tuple(builder.build() for builder in builders)
    other_links = tuple(read_other_links(body.other_links.lines, findings)) if body.other_links else ()
    if body.other_links and body.place is not None:
        message = said(
            "stories follow %(part)s; the mail shows it behind them; expected it as the last heading",
            part=words.OTHER_LINKS,
        )
        findings.warn("links.misplaced", message, body.other_links.number)
    return Document(
        format=words.SLUG,
        language=words.LANGUAGE,
        title=headline.title,
        icon=headline.icon,
        series=headline.series,
        date_start=headline.date,
        date_end=headline.date,
        description=description,
        sections=(Section(stories=stories),),
        other_links=other_links,
        findings=findings.all(),
        notation=notation_of((builder.ends for builder in builders), words.LABEL_END, body.place),
    )


def _headline(first: TitleLine, problems: list[Problem]) -> _Headline:
    icon, title = split_icon(first.words)
    found = chinese_date(title)
    if found is None:
        message = said("the title has no date; expected %(form)s", form=_TITLE_FORM)
        problems.append(Problem.of("date.missing", message, first.line.number))
        return _Headline(icon, title)
    try:
        date = date_of(found)
    except ValueError:
        message = said("there is no day %(day)s; expected a date of the calendar", day=found.group())
        problems.append(Problem.of("date.invalid", message, first.line.number))
        return _Headline(icon, title)
    return _Headline(icon, title, series_before(title, found), date)


def _split_body(lines: Sequence[Line]) -> _Body:
    starts = [index for index, line in enumerate(lines) if _second_level(line) is not None]
    if starts and starts[-1] == len(lines) - 1 and _second_level(lines[-1]) == words.OTHER_LINKS:
        # A list of other links without any link has no place in a document; its heading stays, as a line of text.
        starts.pop()
    ends = [*starts[1:], len(lines)]
    parts = [
        _Part(_second_level(lines[start]) or "", lines[start].number, lines[start + 1 : end])
        for start, end in zip(starts, ends, strict=False)
    ]
    intro = lines[: starts[0]] if starts else lines
    filled = [index for index, part in enumerate(parts) if part.title == words.OTHER_LINKS and part.lines]
    if not filled:
        return _Body(intro, parts)
    place = filled[-1]
    stories = [*parts[:place], *parts[place + 1 :]]
    return _Body(intro, stories, parts[place], None if place == len(stories) else place)


def _second_level(line: Line) -> str | None:
    parts = heading(line.text)
    return parts[1] if parts and parts[0] == 2 else None


def _description(intro: Sequence[Line], findings: Findings) -> str | None:
    for line in intro:
        message = said("%(text)s stands before the first story and is kept as the description", text=cited(line.text))
        findings.warn("text.unexpected", message, line.number)
    return joined(intro) or None


def _story(part: _Part, findings: Findings) -> StoryBuilder:
    if part.title == words.OTHER_LINKS:
        message = said(
            "%(part)s is read as a story; expected it once, with links, as the last heading", part=words.OTHER_LINKS
        )
        findings.error("links.misplaced", message, part.number)
    builder = StoryBuilder(part.title, findings)
    for line in part.lines:
        if _second_level(line) is None:
            builder.add(line)
        else:
            message = said("no link follows; %(part)s is kept as text", part=words.OTHER_LINKS)
            findings.warn("links.empty", message, line.number)
            builder.keep(line)
    return builder
