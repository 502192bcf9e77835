"""The plain-text part, written from the document and not from its HTML: one line per paragraph, addresses in full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from newsletter.digest.document import BULLETED, Document, EditorInsight, ReadingItem
from newsletter.rendering import edition
from newsletter.rendering.furniture import Furniture, furniture
from newsletter.rendering.publication import Publication
from newsletter.rendering.slots import escape, slot
from newsletter.rendering.story_text import hanging, story_lines
from newsletter.rendering.wording import line, line_with_addresses, lines_with_addresses

_RULE = "—" * 12
_CHAPTER = "■"


def plain_text(document: Document, publication: Publication) -> str:
    """The whole issue as text, with merge slots where HTML has them."""
    words = furniture(publication.language)
    parts = [
        _opening(document, publication, words),
        _highlights(document, words),
        _contents(document, words),
        *_stories(document, words),
        _other_links(document, words),
        _editor_insight(document.editor_insight),
        _reading(document, words),
        _ending(document, words),
        _footer(publication, words),
    ]
    return f"\n\n{_RULE}\n\n".join(filter(None, map(_joined, parts))) + "\n"


def _opening(document: Document, publication: Publication, words: Furniture) -> Iterator[str]:
    yield " ".join(filter(None, (document.icon and escape(document.icon), line_with_addresses(document.title))))
    if publication.tagline:
        yield escape(publication.tagline)
    yield from map(lines_with_addresses, filter(None, (document.summary, document.description)))
    if document.tags:
        yield words.comma.join(map(escape, document.tags))
    if document.cover and (cover := edition.cover(document)):
        yield f"[{escape(document.cover.alt or '')}] {escape(cover)}"
    yield f"{words.view_online}{words.colon}{slot('web_url')}"


def _highlights(document: Document, words: Furniture) -> Iterator[str]:
    if document.highlights:
        yield words.highlights
    for highlight in edition.highlights(document):
        yield ""
        yield " · ".join(map(line_with_addresses, filter(None, (highlight.category, highlight.title))))
        if highlight.summary:
            yield lines_with_addresses(highlight.summary)


def _contents(document: Document, words: Furniture) -> Iterator[str]:
    if not edition.titled(document):
        return
    yield words.contents
    for part in edition.numbered(document):
        if part.section.title:
            yield ""
            yield line(part.section.title)
        for each in part.listed:
            category = f" · {line(each.story.category)}" if each.story.category else ""
            yield f"{each.ordinal}. {line(each.story.title)}{category}"


def _stories(document: Document, words: Furniture) -> Iterator[Iterator[str]]:
    for part in edition.numbered(document):
        section = part.section
        chapter = _chapter(section.number, section.title, section.title_en) if section.title else ()
        if chapter and not part.stories:
            yield iter(chapter)
        for each in part.stories:
            yield iter((*chapter, *story_lines(each, words)))
            chapter = ()


def _chapter(number: int | None, title: str | None, title_en: str | None) -> tuple[str, ...]:
    names = (None if number is None else str(number), title, title_en)
    return " ".join((_CHAPTER, *(line_with_addresses(name) for name in names if name))), ""


def _other_links(document: Document, words: Furniture) -> Iterator[str]:
    if document.other_links:
        yield words.other_links
    for group, links in groupby(edition.other_links(document), key=lambda link: link.group):
        yield ""
        if group:
            yield line_with_addresses(group)
        for link in links:
            yield _link(link.title, link.url, link.note)


def _link(title: str, url: str, *notes: str | None) -> str:
    # A line that is no link keeps the addresses that its text holds; a link's own address stands behind it.
    shown = line(title) if url else line_with_addresses(title)
    pieces = [*(() if title == url else (shown,)), *map(lines_with_addresses, filter(None, notes))]
    return hanging("- ", " ".join(filter(None, (" — ".join(filter(None, pieces)), escape(url)))))


def _editor_insight(insight: EditorInsight | None) -> Iterator[str]:
    if insight is None:
        return
    yield from _chapter(None, insight.title, insight.title_en)
    for part in insight.parts:
        if part.title:
            yield line_with_addresses(part.title)
        for paragraph in part.paragraphs:
            yield ""
            yield lines_with_addresses(paragraph)
        yield ""
    if insight.watchlist:
        if insight.watchlist.label:
            yield line_with_addresses(insight.watchlist.label)
        bulleted = insight.watchlist.spelling == BULLETED
        for number, item in enumerate(insight.watchlist.items, 1):
            yield hanging("- " if bulleted else f"{number}. ", lines_with_addresses(item))


def _reading(document: Document, words: Furniture) -> Iterator[str]:
    if document.reading:
        yield words.reading
    for group in edition.reading(document):
        yield ""
        if group.title:
            yield line_with_addresses(group.title)
        yield from (_reading_item(item, words) for item in group.items)


def _reading_item(item: ReadingItem, words: Furniture) -> str:
    if item.url:
        return _link(item.title or item.url, item.url, item.note, item.text)
    said = filter(None, (item.title, item.text, item.note))
    return hanging("- ", words.colon.join(map(lines_with_addresses, said)))


def _ending(document: Document, words: Furniture) -> Iterator[str]:
    if document.keywords:
        yield f"{words.keywords}{words.colon}{words.comma.join(map(line_with_addresses, document.keywords))}"
    for each in edition.colophon(document, words):
        yield words.colon.join(map(line_with_addresses, filter(None, (each.label, each.value))))


def _footer(publication: Publication, words: Furniture) -> Iterator[str]:
    yield escape(words.why(publication.name))
    yield f"{words.preferences}{words.colon}{slot('preferences_url')}"
    yield f"{words.unsubscribe}{words.colon}{slot('unsubscribe_url')}"
    yield f"{words.view_online}{words.colon}{slot('web_url')}"
    yield ""
    yield escape(publication.from_name)
    yield escape(publication.postal_address)


def _joined(lines: Iterable[str]) -> str:
    """The lines of one part; blank lines part its paragraphs, never more than one in a row."""
    kept: list[str] = []
    for each in lines:
        if each or (kept and kept[-1]):
            kept.append(each)
    return "\n".join(kept).strip()
