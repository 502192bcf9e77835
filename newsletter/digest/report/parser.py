"""Reads a report."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from newsletter.digest.document import Document, Notation, Section, Story
from newsletter.digest.errors import InvalidDigest, Problem
from newsletter.digest.findings import Findings, cited
from newsletter.digest.lines import Line, is_rule, lines_of
from newsletter.digest.report import words
from newsletter.digest.report.colophon import declared, read_colophon, split_colophon
from newsletter.digest.report.front_matter import FrontMatter, check_fields, read_front_matter, report_fields
from newsletter.digest.report.further import read_further
from newsletter.digest.report.headings import record_heading, split_heading, words_at
from newsletter.digest.report.insight import read_insight
from newsletter.digest.report.marks import Marks, behind
from newsletter.digest.report.parts import Body, Part, split_at, split_body
from newsletter.digest.report.story import read_story
from newsletter.digest.wording import said


def parse(text: str) -> Document:
    """The document of a report, with its findings.

    Raises ``InvalidDigest``, with all of the problems at once, when there is no front matter that can be read, or no
    title, no valid date or no story.
    """
    problems: list[Problem] = []
    matter = read_front_matter(text, problems)
    last = text.count("\n") + 1
    lines = _body_lines(text, matter.last_line if matter else 0)
    above, colophon = split_colophon(lines)
    body = split_body(above)
    if not any(words_at(3, line) is not None for section in (*body.sections, *body.behind) for line in section.lines):
        message = said("no story; expected a heading '### …' for each, under '## …'")
        problems.append(Problem.of("story.missing", message))
    if matter:
        check_fields(matter, problems)
    if matter is None or problems:
        raise InvalidDigest(sorted(problems, key=lambda problem: problem.line or last))
    findings = Findings()
    for line in lines:
        findings.inspect(line)
    report_fields(matter, findings)
    return _with_body(_without_body(matter), body, colophon, findings)


def _body_lines(text: str, above: int) -> list[Line]:
    return [line for line in lines_of(text) if line.number > above and not is_rule(line.text)]


def _without_body(matter: FrontMatter) -> Document:
    fields, moment = matter.fields, matter.fields.moment
    day = moment.day if moment else None
    return Document(
        format=words.SLUG,
        language=words.LANGUAGE,
        title=fields.title or "",
        date_start=day,
        date_end=day,
        generated_at=moment.instant if moment else None,
        front_matter=matter.mapping.values,
        cover=fields.cover,
        tags=fields.tags,
        description=fields.description,
        summary=fields.summary,
        draft=fields.draft,
        notation=Notation(matter.text),
    )


def _with_body(document: Document, body: Body, colophon: Sequence[Line], findings: Findings) -> Document:
    """Reads the parts in their order, which is also that of the marks."""
    marks = Marks()
    sections = tuple(_section(part, marks, findings) for part in (*body.sections, *body.behind))
    insight = read_insight(body.insight, marks, findings) if body.insight else None
    reading, keywords = read_further(body.reading, marks, findings)
    entries = tuple(read_colophon(colophon, marks, findings))
    if body.behind:
        marks.add(behind(len(body.behind)), behind(0))
        _report_behind(body, findings)
    document = dataclasses.replace(
        document,
        sections=sections,
        editor_insight=insight,
        reading=reading,
        keywords=keywords,
        colophon=entries,
        declared_articles=declared(entries, words.DECLARED_ARTICLES),
        declared_topics=declared(entries, words.DECLARED_TOPICS),
        notation=document.notation and dataclasses.replace(document.notation, marks=marks.all()),
    )
    _compare_counts(document, colophon, findings)
    return dataclasses.replace(document, findings=findings.all())


def _report_behind(body: Body, findings: Findings) -> None:
    for part, title in ((body.insight, words.INSIGHT), (body.reading, words.READING)):
        if part:
            message = said(
                "sections follow %(part)s; the mail shows it behind them; expected it behind all sections", part=title
            )
            findings.warn("part.misplaced", message, part.number)


def _section(part: Part, marks: Marks, findings: Findings) -> Section:
    number = part.number or part.lines[0].number
    found = split_heading(part.words) if part.words is not None else None
    if found is None:
        message = said("text stands in front of the first section; it is kept in one without a title")
        findings.warn("section.untitled", message, number)
    elif found.title in (words.INSIGHT, words.READING):
        message = said(
            "%(part)s is read as a section; expected it once, with text, behind all sections", part=found.title
        )
        findings.error("part.misplaced", message, number)
    elif not part.lines:
        message = said("the section %(title)s has no story", title=cited(found.title))
        findings.warn("section.empty", message, number)
    if found:
        record_heading(found, marks)
    stories = tuple(_story(each, marks, findings) for each in split_at(3, part.lines))
    return Section(title=found and found.title, title_en=found and found.title_en, stories=stories)


def _story(part: Part, marks: Marks, findings: Findings) -> Story:
    if part.words is None:
        message = said("no heading '### …' above; the text is kept as a story without a title")
        findings.warn("story.untitled", message, part.lines[0].number)
    return read_story(part.words or "", part.lines, marks, findings)


def _compare_counts(document: Document, colophon: Sequence[Line], findings: Findings) -> None:
    """The colophon's promise against the stories that there are."""
    count = sum(1 for story in document.stories if story.title)
    declarations = (
        (words.DECLARED_ARTICLES, document.declared_articles),
        (words.DECLARED_TOPICS, document.declared_topics),
    )
    for label, number in declarations:
        if number is not None and number != count:
            line = next(line.number for line in colophon if label in line.text)
            message = said(
                "%(label)s declares %(number)d, but the report holds %(count)d stories",
                label=label,
                number=number,
                count=count,
            )
            findings.warn("count.differs", message, line)
