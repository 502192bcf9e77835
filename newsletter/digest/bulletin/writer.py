"""Writes a bulletin digest."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from newsletter.digest.bold import BARE, write_bold
from newsletter.digest.bulletin import words
from newsletter.digest.bulletin.highlights import write_highlights
from newsletter.digest.bulletin.items import write_items
from newsletter.digest.bulletin.links import write_original
from newsletter.digest.bulletin.parser import parse
from newsletter.digest.bulletin.reading_list import write_reading
from newsletter.digest.document import Block, Document, Section, Story, noted_place
from newsletter.digest.label_ends import Ends, ends_of, written

_BLANK_LINES = re.compile("\n{3,}")


def write(document: Document) -> str:
    """The digest of a document. Fields that bulletin has no words for are left out; ``write_digest`` refuses those."""
    return written(document, lambda ends: _written(document, ends), parse)


def _written(document: Document, ends: Ends) -> str:
    numbers = itertools.count(1)
    parts = [_head(document)]
    if document.highlights:
        parts.append(write_highlights(document.highlights))
    for section in document.sections:
        of_stories = [ends_of(ends, next(numbers), words.SUMMARY_END) for _ in section.stories]
        parts.append(_section(section, of_stories))
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


def _section(section: Section, ends: Sequence[Iterator[str]]) -> Iterator[str]:
    if section.title is not None:
        number = "" if section.number is None else f"{section.number}. "
        yield f"## {number}{section.title}"
    for story, of_story in zip(section.stories, ends, strict=True):
        yield ""
        yield from _story(story, of_story)


def _story(story: Story, ends: Iterator[str]) -> Iterator[str]:
    if story.title:
        plain = any(block.spelling == words.PLAIN_TITLE for block in story.blocks)
        yield f"### {story.title}" if plain else f"### **{story.title}**"
    yield from _between(story.blocks, words.UNDER_TITLE)
    if story.primary_link:
        yield from ("", write_original(story.primary_link))
    yield from _between(story.blocks, words.UNDER_ORIGINAL)
    if story.summary is not None:
        first, *others = story.summary.split("\n")
        yield from ("", f"> {write_bold(words.SUMMARY, next(ends), first)}")
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
