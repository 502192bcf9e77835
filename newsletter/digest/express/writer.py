"""Writes an express digest."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.digest.document import Block, Document, Item, ItemType, Story, noted_place
from newsletter.digest.express import words
from newsletter.digest.express.other_links import write_other_link
from newsletter.digest.express.parser import parse
from newsletter.digest.label_ends import Ends, ends_of, written
from newsletter.digest.lines import BULLETS

_NESTING = "  "
_BLANK_LINES = re.compile("\n{3,}")


def write(document: Document) -> str:
    """The digest of a document. Fields that express has no words for are left out; ``write_digest`` refuses those."""
    return written(document, lambda ends: _written(document, ends), parse)


def _written(document: Document, ends: Ends) -> str:
    head = "\n".join(_head(document))
    stories = enumerate(document.stories, start=1)
    parts = ["\n".join(_story(story, ends_of(ends, number, words.LABEL_END))) for number, story in stories]
    if document.other_links:
        links = [write_other_link(link) for link in document.other_links]
        parts.insert(noted_place(document, len(parts)), "\n".join([f"## {words.OTHER_LINKS}", "", *links]))
    text = f"{head}\n\n" + "\n\n---\n\n".join(parts) + "\n"
    return _BLANK_LINES.sub("\n\n", text)


def _head(document: Document) -> Iterator[str]:
    yield f"# {document.icon} {document.title}" if document.icon else f"# {document.title}"
    if document.description:
        yield from ("", document.description)


def _story(story: Story, ends: Iterator[str]) -> Iterator[str]:
    yield f"## {story.title}"
    if story.summary:
        yield from ("", story.summary)
    yield from _quote(story, ends)
    blocks = list(story.blocks)
    if blocks and _stands_before_insight(blocks[0]):
        yield from _block(blocks.pop(0), ends)
    if story.insight is not None:
        yield from ("", f"**{words.INSIGHT}{next(ends)} {story.insight}".rstrip())
    for index, block in enumerate(blocks):
        # The publication sets the first label right under the insight, without a blank line.
        if index or story.insight is None or block.label is None:
            yield ""
        yield from _block(block, ends)


def _quote(story: Story, ends: Iterator[str]) -> Iterator[str]:
    if story.category is not None or story.sources:
        yield ""
    if story.category is not None:
        yield f"> **{words.CATEGORY}{next(ends)} {story.category}".rstrip()
    if story.sources:
        links = [f"[{source.name}]({source.url})" for source in story.sources]
        yield f"> **{words.SOURCES}{next(ends)} {f' {words.SOURCE_SEPARATOR} '.join(links)}"


def _stands_before_insight(block: Block) -> bool:
    """Text that the parser found between the quote and the insight: paragraphs under no label."""
    return block.label is None and bool(block.items) and block.items[0].type is ItemType.PARAGRAPH


def _block(block: Block, ends: Iterator[str]) -> Iterator[str]:
    items = list(block.items)
    if block.label is not None:
        label = f"**{block.label}{next(ends)}"
        if items and items[0].type is ItemType.PARAGRAPH:
            label = f"{label} {items.pop(0).text}"
        yield label
        if items:
            yield ""
    yield from _items(items, 0)


def _items(items: list[Item] | tuple[Item, ...], level: int) -> Iterator[str]:
    margin = _NESTING * level
    for item in items:
        if item.type is ItemType.PARAGRAPH:
            yield from ("", f"{margin}{item.text}", "")
        else:
            label = "" if item.label is None else f"{item.label}："
            marker = item.spelling if item.spelling in BULLETS else words.BULLET
            yield f"{margin}{marker} {label}{item.text}".rstrip()
            yield from _items(item.children, level + 1)
