"""Writes a report."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from newsletter.digest.document import Block, Document, Item, ItemType, Section, Story
from newsletter.digest.errors import InvalidDigest
from newsletter.digest.report import words
from newsletter.digest.report.blocks import FIELDS_PLACE, write_bullet, write_label_of
from newsletter.digest.report.colophon import write_colophon
from newsletter.digest.report.edited import settled
from newsletter.digest.report.fields import write_field, write_sources
from newsletter.digest.report.front_matter import FENCE
from newsletter.digest.report.further import write_further
from newsletter.digest.report.headings import write_heading
from newsletter.digest.report.insight import write_insight
from newsletter.digest.report.marks import MarkReader, behind
from newsletter.digest.report.parser import parse

_NESTING = "  "
_RULE = "---"
_HARD_BREAK = "  "


def write(document: Document) -> str:
    """The digest of a document. Fields that a report has no words for are left out; ``write_digest`` refuses those."""
    document = settled(document)
    marks = document.notation.marks if document.notation else ()
    if marks:
        text = _written(document, MarkReader(marks))
        if _reads_back(text, document):
            return text
    return _written(document, MarkReader(()))


def _reads_back(text: str, document: Document) -> bool:
    """Whether the digest's marks still fit its document, which may have been edited."""
    try:
        return dataclasses.replace(parse(text), findings=()) == dataclasses.replace(document, findings=())
    except InvalidDigest:
        return False


def _written(document: Document, marks: MarkReader) -> str:
    matter = document.notation.front_matter if document.notation else None
    parts = [_with_breaks(part) for part in _parts(document, marks)]
    # The publication sets a rule behind the front matter, between all parts and at the end, which has no line end.
    return f"{FENCE}\n{matter or ''}{FENCE}\n\n" + "\n\n".join([_RULE, f"\n\n{_RULE}\n\n".join(parts), _RULE])


def _parts(document: Document, marks: MarkReader) -> Iterator[Iterable[str]]:
    """What stands between two rules: stories, the first one with its section's heading, and the other parts."""
    # All of them take their marks in this order, wherever they stand.
    sections = [list(_section(section, marks)) for section in document.sections]
    edited: list[Iterable[str]] = []
    if document.editor_insight:
        edited.append(list(write_insight(document.editor_insight, marks)))
    if document.reading or document.keywords:
        edited.append(list(write_further(document.reading, document.keywords, marks)))
    colophon = list(write_colophon(document.colophon, marks))
    places = {behind(count): len(sections) - count for count in range(len(sections) + 1)}
    place = places[marks.take(behind(0), places)]
    yield from chain(*sections[:place], edited, *sections[place:])
    if colophon:
        yield colophon


def _section(section: Section, marks: MarkReader) -> Iterator[Iterable[str]]:
    heading: list[str] = []
    if section.title is not None:
        heading = [f"## {write_heading(section.title, section.title_en, marks)}"]
        if not section.stories:
            yield heading
    for story in section.stories:
        yield [*heading, "", *_story(story, marks)]
        heading = []


def _story(story: Story, marks: MarkReader) -> Iterator[str]:
    if story.title:
        yield f"### {story.title}"
    place = story.blocks.index(FIELDS_PLACE) if FIELDS_PLACE in story.blocks else len(story.blocks)
    yield from _blocks(story.blocks[:place])
    yield ""
    if story.entities:
        yield write_field(words.ENTITIES, words.ENTITY_SEPARATOR.join(story.entities), marks)
    if story.importance is not None:
        yield from write_field(words.IMPORTANCE, story.importance, marks).split("\n")
    if story.sources:
        yield write_sources(story.sources, marks)
    yield from _blocks(story.blocks[place + 1 :])


def _blocks(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        yield ""
        lines = list(_items(block.items, ""))
        if block.label is not None:
            label, same_line = write_label_of(block)
            if same_line and block.items and block.items[0].type is ItemType.PARAGRAPH:
                label = f"{label}{lines.pop(0)}"
            yield label
        yield from lines


def _items(items: Sequence[Item], margin: str) -> Iterator[str]:
    for index, item in enumerate(items):
        if item.type is ItemType.PARAGRAPH:
            if index:
                yield ""
            yield from (f"{margin}{line}" for line in item.text.split("\n"))
        else:
            yield f"{margin}{write_bullet(item)}"
            yield from _items(item.children, margin + _NESTING)


def _with_breaks(lines: Iterable[str]) -> str:
    """The lines of a part, without blank ones at its ends or side by side.

    A line of text that another one follows ends in two spaces: without them Markdown would set both as one line.
    """
    kept: list[str] = []
    for line in lines:
        if kept and kept[-1] and line and not kept[-1].startswith("#"):
            kept[-1] += _HARD_BREAK
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).rstrip("\n")
