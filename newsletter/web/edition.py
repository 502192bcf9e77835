"""An issue as its page shows it: the document, its stories numbered through, and what link previews say of it."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator

from newsletter.digest.document import Document, Section, Story
from newsletter.digest.inline import to_plain
from newsletter.rendering.measure import clip, minutes_to_read

DESCRIPTION_COLUMNS = 200
OPEN_GRAPH_LOCALES = {"zh-Hans": "zh_CN", "zh-Hant": "zh_TW", "en": "en_US"}


@dataclasses.dataclass(frozen=True, slots=True)
class NumberedStory:
    """``number`` counts all stories of the issue from 1: the anchors in mail are made of it."""

    number: int
    story: Story


@dataclasses.dataclass(frozen=True, slots=True)
class NumberedSection:
    section: Section
    stories: tuple[NumberedStory, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Edition:
    """``headline``: what tells this issue from others; ``None`` where its title is but a series and a date."""

    document: Document
    sections: tuple[NumberedSection, ...]
    headline: str | None
    description: str
    minutes: int
    cover: str | None
    locale: str


def edition_of(document: Document) -> Edition:
    return Edition(
        document=document,
        sections=tuple(_numbered(document)),
        headline=None if document.series else document.title,
        description=clip(_description(document), DESCRIPTION_COLUMNS),
        minutes=minutes_to_read(document),
        cover=_absolute_cover(document),
        locale=OPEN_GRAPH_LOCALES[document.language],
    )


def _numbered(document: Document) -> Iterator[NumberedSection]:
    numbers = itertools.count(1)
    for section in document.sections:
        yield NumberedSection(section, tuple(NumberedStory(next(numbers), story) for story in section.stories))


def _description(document: Document) -> str:
    """The digest's own, or its first headlines."""
    own = document.description or document.summary
    return to_plain(own) if own else " · ".join(to_plain(story.title) for story in document.stories[:3])


def _absolute_cover(document: Document) -> str | None:
    """The cover's address where it leads somewhere by itself; a relative one belongs to another site."""
    image = document.cover.image if document.cover else ""
    return image if image.startswith(("https://", "http://")) else None
