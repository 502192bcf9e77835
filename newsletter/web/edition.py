"""An issue as its page shows it: the document, its stories numbered through, and what link previews say of it."""

from __future__ import annotations

import dataclasses

from newsletter.digest.document import ColophonLine, Document, Highlight, OtherLink, ReadingGroup
from newsletter.digest.inline import to_plain
from newsletter.rendering import edition
from newsletter.rendering.edition import NumberedSection
from newsletter.rendering.furniture import furniture
from newsletter.rendering.measure import clip, minutes_to_read

DESCRIPTION_COLUMNS = 200
OPEN_GRAPH_LOCALES = {"zh-Hans": "zh_CN", "zh-Hant": "zh_TW", "en": "en_US"}


@dataclasses.dataclass(frozen=True, slots=True)
class Edition:
    """``headline``: what tells this issue from others; ``None`` where its title is but a series and a date."""

    document: Document
    sections: tuple[NumberedSection, ...]
    highlights: tuple[Highlight, ...]
    other_links: tuple[OtherLink, ...]
    reading: tuple[ReadingGroup, ...]
    colophon: tuple[ColophonLine, ...]
    headline: str | None
    description: str
    stories: int
    minutes: int
    cover: str | None
    locale: str


def edition_of(document: Document) -> Edition:
    return Edition(
        document=document,
        sections=tuple(edition.numbered(document)),
        highlights=edition.highlights(document),
        other_links=edition.other_links(document),
        reading=edition.reading(document),
        colophon=edition.colophon(document, furniture(document.language)),
        headline=edition.headline(document),
        description=clip(_description(document), DESCRIPTION_COLUMNS),
        stories=len(edition.titled(document)),
        minutes=minutes_to_read(document),
        cover=edition.cover(document),
        locale=OPEN_GRAPH_LOCALES[document.language],
    )


def _description(document: Document) -> str:
    """The digest's own, or its first headlines, on one line."""
    own = document.description or document.summary
    text = to_plain(own) if own else " · ".join(to_plain(story.title) for story in edition.titled(document)[:3])
    return " ".join(text.split())
