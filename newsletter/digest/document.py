"""The digest document: what every format is parsed into and written from.

Frozen values without Django. The field names are a public contract: ``import_digest --json`` prints a document
with exactly these names. What a format does not have is ``None`` or an empty tuple, never a guess.
"""

from __future__ import annotations

import dataclasses
import datetime
import re
from enum import StrEnum
from typing import Any, Final, Self

from newsletter.digest.wording import STORED, Value, Wording

# Marks how the digest wrote a part, where its format knows more than one way. It is for the format's own writer and no
# part of the public contract: the public JSON form never holds it, the stored one only where it is said.
SPELLING: Final = {"omitted": True}
BULLETED: Final = "bulleted"


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """Something in the digest that a person should look at. ``line`` counts from 1; ``None``: the whole file.

    ``message`` is English; ``template`` and ``values`` give it in any language. A document stored before they were
    kept has the message alone, which makes it no other document.
    """

    code: str
    severity: Severity
    message: str
    line: int | None = None
    template: str | None = dataclasses.field(default=None, compare=False, metadata=STORED)
    values: dict[str, Value] | None = dataclasses.field(default=None, compare=False, metadata=STORED)

    @classmethod
    def of(cls, code: str, severity: Severity, wording: Wording, line: int | None = None) -> Self:
        return cls(code, severity, wording.message, line, wording.template, wording.values)


@dataclasses.dataclass(frozen=True, slots=True)
class Cover:
    image: str
    alt: str | None = None
    relative: bool | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Highlight:
    title: str
    category: str | None = None
    summary: str | None = None
    spelling: str | None = dataclasses.field(default=None, metadata=SPELLING)


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    name: str
    url: str


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


@dataclasses.dataclass(frozen=True, slots=True)
class PrimaryLink:
    """The original a story reports on (阅读原文), with the date the digest gives it."""

    label: str
    url: str
    date: datetime.date | None = None


class ItemType(StrEnum):
    BULLET = "bullet"
    PARAGRAPH = "paragraph"


@dataclasses.dataclass(frozen=True, slots=True)
class Item:
    """One piece of a block: a bullet with an optional label and nested bullets, or a paragraph."""

    type: ItemType
    text: str
    label: str | None = None
    children: tuple[Item, ...] = ()
    spelling: str | None = dataclasses.field(default=None, metadata=SPELLING)


@dataclasses.dataclass(frozen=True, slots=True)
class Block:
    """A labelled part of a story (内容简介, 核心摘要, …); ``label`` is ``None`` for content under no label."""

    label: str | None
    items: tuple[Item, ...] = ()
    spelling: str | None = dataclasses.field(default=None, metadata=SPELLING)


@dataclasses.dataclass(frozen=True, slots=True)
class Story:
    title: str
    category: str | None = None
    sources: tuple[Source, ...] = ()
    primary_link: PrimaryLink | None = None
    summary: str | None = None
    insight: str | None = None
    blocks: tuple[Block, ...] = ()
    entities: tuple[str, ...] = ()
    importance: str | None = None
    links: tuple[Link, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """A run of stories. ``number`` is the one the digest prints; ``title`` is without it and its English half."""

    number: int | None = None
    title: str | None = None
    title_en: str | None = None
    stories: tuple[Story, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class OtherLink:
    title: str
    url: str
    note: str | None = None
    group: str | None = None
    spelling: str | None = dataclasses.field(default=None, metadata=SPELLING)


@dataclasses.dataclass(frozen=True, slots=True)
class InsightPart:
    title: str | None
    paragraphs: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Watchlist:
    label: str
    items: tuple[str, ...] = ()
    spelling: str | None = dataclasses.field(default=None, metadata=SPELLING)
    """``BULLETED`` where its items are bullets; else they are numbered."""


@dataclasses.dataclass(frozen=True, slots=True)
class EditorInsight:
    title: str
    title_en: str | None = None
    parts: tuple[InsightPart, ...] = ()
    watchlist: Watchlist | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class ReadingItem:
    """A linked recommendation (``title``, ``url``, ``note``) or a plain explanation (``title``: the term, ``text``)."""

    title: str | None = None
    url: str | None = None
    note: str | None = None
    text: str | None = None
    spelling: str | None = dataclasses.field(default=None, metadata=SPELLING)


@dataclasses.dataclass(frozen=True, slots=True)
class ReadingGroup:
    title: str
    items: tuple[ReadingItem, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class ColophonLine:
    label: str
    value: str


@dataclasses.dataclass(frozen=True, slots=True)
class Notation:
    """How a digest spells what has more than one spelling, so that its export spells it the same. No content."""

    front_matter: str | None = None
    marks: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """One edition, whole. Text fields hold the digest's own inline Markdown (links, bold, code), not HTML."""

    format: str
    language: str
    title: str
    icon: str | None = None
    series: str | None = None
    date_start: datetime.date | None = None
    date_end: datetime.date | None = None
    generated_at: datetime.datetime | None = None
    front_matter: dict[str, Any] = dataclasses.field(default_factory=dict)
    cover: Cover | None = None
    tags: tuple[str, ...] = ()
    description: str | None = None
    summary: str | None = None
    draft: bool | None = None
    highlights: tuple[Highlight, ...] = ()
    sections: tuple[Section, ...] = ()
    other_links: tuple[OtherLink, ...] = ()
    editor_insight: EditorInsight | None = None
    reading: tuple[ReadingGroup, ...] = ()
    keywords: tuple[str, ...] = ()
    colophon: tuple[ColophonLine, ...] = ()
    declared_articles: int | None = None
    declared_topics: int | None = None
    findings: tuple[Finding, ...] = ()
    notation: Notation | None = dataclasses.field(default=None, compare=False, metadata=SPELLING)

    @property
    def stories(self) -> tuple[Story, ...]:
        """All stories of all sections, in order."""
        return tuple(story for section in self.sections for story in section.stories)


def noted_place(document: Document, usual: int) -> int:
    """Where the last part stands that a digest has elsewhere than at its end; the notation's mark of digits says it."""
    marks = document.notation.marks if document.notation else ()
    return next((int(mark) for mark in marks if re.fullmatch("[0-9]{1,6}", mark)), usual)
