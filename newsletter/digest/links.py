"""Every link of a document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from newsletter.digest.document import Document, EditorInsight, Item, Link, Story
from newsletter.digest.inline import links_in


def links_of(document: Document) -> tuple[Link, ...]:
    """The links in the order of the document's fields, those in text fields included; repeated ones as often."""
    return tuple(_links(document))


def _links(document: Document) -> Iterator[Link]:
    yield from _inline(document.description)
    for highlight in document.highlights:
        yield from _inline(highlight.title, highlight.summary)
    for story in document.stories:
        yield from _story_links(story)
    for other in document.other_links:
        yield from _link(other.title, other.url)
        yield from _inline(other.note)
    if document.editor_insight:
        yield from _insight_links(document.editor_insight)
    for reading in (item for group in document.reading for item in group.items):
        yield from _link(reading.title, reading.url)
        yield from _inline(reading.note, reading.text)


def _story_links(story: Story) -> Iterator[Link]:
    for source in story.sources:
        yield Link(source.name, source.url)
    if story.primary_link:
        yield Link(story.primary_link.label, story.primary_link.url)
    yield from _inline(story.summary, story.insight)
    for block in story.blocks:
        yield from _item_links(block.items)
    yield from _inline(story.importance)
    yield from story.links


def _item_links(items: Iterable[Item]) -> Iterator[Link]:
    for item in items:
        yield from _inline(item.label, item.text)
        yield from _item_links(item.children)


def _insight_links(insight: EditorInsight) -> Iterator[Link]:
    for part in insight.parts:
        yield from _inline(*part.paragraphs)
    if insight.watchlist:
        yield from _inline(*insight.watchlist.items)


def _link(label: str | None, url: str | None) -> Iterator[Link]:
    if url:
        yield Link(label or url, url)


def _inline(*texts: str | None) -> Iterator[Link]:
    for text in filter(None, texts):
        for anchor in links_in(text):
            yield Link(anchor.words(), anchor.url)
