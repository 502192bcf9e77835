"""An issue as readers see it, in mail and on the web: its stories numbered through, its headline, its colophon."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace

from newsletter.digest.document import (
    Block,
    ColophonLine,
    Document,
    Highlight,
    ItemType,
    OtherLink,
    ReadingGroup,
    Section,
    Story,
)
from newsletter.rendering import own_date
from newsletter.rendering.furniture import Furniture

_LINE_MARK = re.compile(r"^(?:(?:#{1,6}|[-*+>])\s+)+(?=\S)")


@dataclass(frozen=True, slots=True)
class NumberedStory:
    """``number`` counts all stories of the issue from 1: the anchors in mail and on the web are made of it.

    ``ordinal`` counts those with a title, as readers do; ``None`` for text that stands under no title of its own.
    """

    number: int
    story: Story
    ordinal: int | None

    @property
    def opening(self) -> tuple[Block, ...]:
        """What its digest has in front of the insight: paragraphs under no label."""
        return self.story.blocks[:1] if self._opens else ()

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All but the opening."""
        return self.story.blocks[len(self.opening) :]

    @property
    def _opens(self) -> bool:
        first = self.story.blocks[0] if self.story.insight and self.story.blocks else None
        return bool(first and not first.label and first.items and first.items[0].type is ItemType.PARAGRAPH)


@dataclass(frozen=True, slots=True)
class NumberedSection:
    section: Section
    stories: tuple[NumberedStory, ...]

    @property
    def listed(self) -> tuple[NumberedStory, ...]:
        """The stories that a table of contents can name."""
        return tuple(each for each in self.stories if each.ordinal is not None)

    @property
    def numeral(self) -> str:
        """The section's number as text: Django would write an integer as the process's language does."""
        return "" if self.section.number is None else str(self.section.number)

    @property
    def anchor(self) -> str:
        """Where it begins on the web: at its first story."""
        return anchor(self.stories[0].number) if self.stories else ""

    @property
    def start(self) -> str:
        """The ordinal of the first story that it lists, as text."""
        return str(self.listed[0].ordinal) if self.listed else ""


def numbered(document: Document) -> list[NumberedSection]:
    numbers, ordinals = itertools.count(1), itertools.count(1)
    return [
        NumberedSection(
            section,
            tuple(
                NumberedStory(next(numbers), story, next(ordinals) if story.title else None)
                for story in section.stories
            ),
        )
        for section in document.sections
    ]


def titled(document: Document) -> tuple[Story, ...]:
    """The stories that readers count: a digest's text under no title of its own is none to them."""
    return tuple(story for story in document.stories if story.title)


def highlights(document: Document) -> tuple[Highlight, ...]:
    """The highlights; one that is a line of the digest as it stands, without the mark at its beginning."""
    return tuple(
        each if each.category or each.summary else replace(each, title=_unmarked(each.title))
        for each in document.highlights
    )


def other_links(document: Document) -> tuple[OtherLink, ...]:
    """The other links; one that is a line of the digest as it stands, without the mark at its beginning."""
    return tuple(each if each.url else replace(each, title=_unmarked(each.title)) for each in document.other_links)


def reading(document: Document) -> tuple[ReadingGroup, ...]:
    """The reading; an item that is a line of the digest as it stands, without the mark at its beginning."""
    return tuple(
        replace(
            group,
            items=tuple(
                each if each.url or each.title or not each.text else replace(each, text=_unmarked(each.text))
                for each in group.items
            ),
        )
        for group in document.reading
    )


def _unmarked(line: str) -> str:
    return _LINE_MARK.sub("", line, count=1)


def anchor(number: int) -> str:
    """The name of the nth story's anchor, counted from 1 through all sections: the same in the mail and on the web."""
    return f"story-{number}"


def headline(document: Document) -> str | None:
    """What tells this issue from others; ``None`` where its title is but a series and a date, or a date alone.

    The issue's own date at either end of the title is left out: the masthead and the subject show it anyway.
    """
    if document.series:
        return None
    return own_date.left_out(document.title, document.date_start, document.date_end) or None


def cover(document: Document) -> str | None:
    """The cover's address where it leads somewhere by itself; a relative one belongs to another site."""
    image = document.cover.image if document.cover else ""
    return image if image.startswith(("https://", "http://")) else None


def colophon(document: Document, words: Furniture) -> tuple[ColophonLine, ...]:
    """How the issue was made: its digest's own lines; without any, the time it was generated, if it names one."""
    moment = document.generated_at
    if document.colophon or moment is None:
        return document.colophon
    return (ColophonLine(words.generated, f"{words.date(moment)} {moment:%H:%M %z}".rstrip()),)
