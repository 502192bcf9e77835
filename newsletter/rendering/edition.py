"""An issue as the mail shows it: its stories numbered through, its headline, its cover, its colophon."""

from __future__ import annotations

import datetime
import itertools
import re
from dataclasses import dataclass

from newsletter.digest.document import ColophonLine, Document, Section, Story
from newsletter.rendering.furniture import Furniture

_DATE_BEHIND = re.compile(r"\s*[-–—|｜·:：]\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\s*$")


@dataclass(frozen=True, slots=True)
class NumberedStory:
    """``number`` counts all stories of the issue from 1: the anchors in mail and on the web are made of it."""

    number: int
    story: Story


@dataclass(frozen=True, slots=True)
class NumberedSection:
    section: Section
    stories: tuple[NumberedStory, ...]

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
        """The number of its first story, as text."""
        return str(self.stories[0].number) if self.stories else ""


def numbered(document: Document) -> list[NumberedSection]:
    numbers = itertools.count(1)
    return [
        NumberedSection(section, tuple(NumberedStory(next(numbers), story) for story in section.stories))
        for section in document.sections
    ]


def anchor(number: int) -> str:
    """The name of the nth story's anchor, counted from 1 through all sections: the same in the mail and on the web."""
    return f"story-{number}"


def headline(document: Document) -> str | None:
    """What tells this issue from others; ``None`` where its title is but a series and a date.

    A date behind the title that is the issue's own is left out: the masthead and the subject show it anyway.
    """
    if document.series:
        return None
    found = _DATE_BEHIND.search(document.title)
    if found is None or not found.start():
        return document.title
    try:
        date = datetime.date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return document.title
    return document.title[: found.start()] if date in (document.date_start, document.date_end) else document.title


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
