"""The plain-text part, written from the document and not from its HTML: one line per paragraph, addresses in full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count, groupby

from newsletter.digest.document import Document, Item, ItemType, Story
from newsletter.digest.inline import to_plain
from newsletter.rendering.furniture import Furniture, furniture
from newsletter.rendering.publication import Publication
from newsletter.rendering.slots import escape, slot

_RULE = "—" * 12


def plain_text(document: Document, publication: Publication) -> str:
    """The whole issue as text, with merge slots where HTML has them."""
    words = furniture(publication.language)
    parts = [
        _lines(_opening(document, publication, words)),
        *(_lines(_story(number, story, words)) for number, story in enumerate(document.stories, 1)),
        _lines(_other_links(document, words)),
        _lines(f"{_plain(line.label)}{words.colon}{_plain(line.value)}" for line in document.colophon),
        _lines(_footer(publication, words)),
    ]
    return f"\n\n{_RULE}\n\n".join(filter(None, parts)) + "\n"


def _opening(document: Document, publication: Publication, words: Furniture) -> Iterator[str]:
    yield " ".join(filter(None, (document.icon and escape(document.icon), _plain(document.title))))
    if publication.tagline:
        yield escape(publication.tagline)
    yield from map(_plain, filter(None, (document.description, document.summary)))
    yield f"{words.view_online}{words.colon}{slot('web_url')}"
    if document.stories:
        yield ""
        yield words.contents
    for number, story in enumerate(document.stories, 1):
        category = f" · {_words(story.category)}" if story.category else ""
        yield f"{number}. {_words(story.title)}{category}"


def _story(number: int, story: Story, words: Furniture) -> Iterator[str]:
    yield f"{number}. {_plain(story.title)}"
    if story.category:
        yield _plain(story.category)
    yield ""
    for label, text in (("", story.summary), (words.insight, story.insight), ("", story.importance)):
        if text:
            yield f"{label}{words.colon}{_plain(text)}" if label else _plain(text)
            yield ""
    for block in story.blocks:
        if block.label:
            yield f"{_plain(block.label)}{words.colon}".rstrip()
        yield from _items(block.items, words)
        yield ""
    if story.entities:
        yield words.comma.join(map(_plain, story.entities))
    yield from _addresses(story, words)


def _addresses(story: Story, words: Furniture) -> Iterator[str]:
    numbers = count(1)
    if story.primary_link:
        yield f"[{next(numbers)}] {_words(story.primary_link.label)} {escape(story.primary_link.url)}"
    for link in story.links:
        yield f"[{next(numbers)}] {_words(link.label)} {escape(link.url)}"
    if story.sources:
        yield f"{words.sources}{words.colon}".rstrip()
    for source in story.sources:
        yield f"[{next(numbers)}] {_words(source.name)} {escape(source.url)}"


def _items(items: Iterable[Item], words: Furniture, depth: int = 0) -> Iterator[str]:
    for item in items:
        label = f"{_plain(item.label)}{words.colon}" if item.label else ""
        bullet = "- " if item.type is ItemType.BULLET else ""
        yield f"{'  ' * depth}{bullet}{label}{_plain(item.text)}".rstrip()
        yield from _items(item.children, words, depth + 1)


def _other_links(document: Document, words: Furniture) -> Iterator[str]:
    if document.other_links:
        yield words.other_links
    for group, links in groupby(document.other_links, key=lambda link: link.group):
        yield ""
        if group:
            yield _plain(group)
        for link in links:
            note = f" — {_plain(link.note)}" if link.note else ""
            yield f"- {_words(link.title)}{note} {escape(link.url)}"


def _footer(publication: Publication, words: Furniture) -> Iterator[str]:
    yield escape(words.why(publication.name))
    yield f"{words.preferences}{words.colon}{slot('preferences_url')}"
    yield f"{words.unsubscribe}{words.colon}{slot('unsubscribe_url')}"
    yield f"{words.view_online}{words.colon}{slot('web_url')}"
    yield ""
    yield escape(publication.from_name)
    yield escape(publication.postal_address)


def _plain(text: str) -> str:
    """``text`` without markup, on one line, the address of each link behind its words."""
    return escape(" ".join(to_plain(text, urls=True).split()))


def _words(text: str) -> str:
    """``text`` without markup and addresses, on one line."""
    return escape(" ".join(to_plain(text).split()))


def _lines(lines: Iterable[str]) -> str:
    """The lines of one part; blank lines part its paragraphs, never more than one in a row."""
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip()
