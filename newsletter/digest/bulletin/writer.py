"""Writes a bulletin digest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from newsletter.digest.bulletin import words
from newsletter.digest.bulletin.bold import BARE, write_bold
from newsletter.digest.bulletin.highlights import write_highlights
from newsletter.digest.bulletin.items import write_items
from newsletter.digest.bulletin.links import write_original
from newsletter.digest.bulletin.reading_list import write_reading
from newsletter.digest.document import Block, Document, Section, Story, noted_place

_BLANK_LINES = re.compile("\n{3,}")


def write(document: Document) -> str:
    """The digest of a document. Fields that bulletin has no words for are left out; ``write_digest`` refuses those."""
    parts = [_head(document)]
    if document.highlights:
        parts.append(write_highlights(document.highlights))
    parts.extend(map(_section, document.sections))
    if document.reading:
        above = len(parts) - len(document.sections)
        parts.insert(above + noted_place(document, len(document.sections)), write_reading(document.reading))
    head, second, *rest = ["\n".join(part) for part in parts] if len(parts) > 1 else ["\n".join(parts[0]), ""]
    text = f"{head}\n\n" + "\n\n---\n\n".join([second, *rest]) + "\n"
    return _BLANK_LINES.sub("\n\n", text)


def _head(document: Document) -> Iterator[str]:
    yield f"# {document.icon} {document.title}" if document.icon else f"# {document.title}"
    if document.description:
        yield from ("", document.description)


def _section(section: Section) -> Iterator[str]:
    if section.title is not None:
        number = "" if section.number is None else f"{section.number}. "
        yield f"## {number}{section.title}"
    for story in section.stories:
        yield ""
        yield from _story(story)


def _story(story: Story) -> Iterator[str]:
    if story.title:
        plain = any(block.spelling == words.PLAIN_TITLE for block in story.blocks)
        yield f"### {story.title}" if plain else f"### **{story.title}**"
    yield from _between(story.blocks, words.UNDER_TITLE)
    if story.primary_link:
        yield from ("", write_original(story.primary_link))
    yield from _between(story.blocks, words.UNDER_ORIGINAL)
    if story.summary is not None:
        first, *others = story.summary.split("\n")
        yield from ("", f"> **{words.SUMMARY}**：{first}")
        yield from (f"> {line}".rstrip() for line in others)
    for block in story.blocks:
        yield from _block(block)
    if story.links:
        yield from ("", *(f"[{link.label}]({link.url})" for link in story.links))
    yield from _between(story.blocks, words.UNDER_LINKS)


def _between(blocks: Iterable[Block], spelling: str) -> Iterator[str]:
    for block in blocks:
        if block.spelling == spelling:
            yield ""
            yield from write_items(block.items)


def _block(block: Block) -> Iterator[str]:
    if block.label is not None:
        yield from ("", write_bold(block.label, block.spelling or BARE))
    elif block.spelling is not None:
        return
    yield ""
    yield from write_items(block.items)
