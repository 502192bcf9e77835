"""One story as lines of plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from newsletter.digest.document import Item, ItemType, Story
from newsletter.rendering.furniture import Furniture
from newsletter.rendering.slots import escape
from newsletter.rendering.wording import line, line_with_addresses


def story_lines(number: int, story: Story, words: Furniture) -> Iterator[str]:
    """The story as it is read: what it says, what it means, and where it comes from."""
    yield f"{number}. {line_with_addresses(story.title)}"
    if story.category:
        yield line_with_addresses(story.category)
    yield ""
    if story.summary:
        yield line_with_addresses(story.summary)
        yield ""
    yield from _labelled(words.insight, story.insight, words)
    for block in story.blocks:
        if block.label:
            yield f"{line_with_addresses(block.label)}{words.colon}".rstrip()
        yield from _items(block.items, words)
        yield ""
    if story.entities:
        yield from _labelled(words.entities, words.comma.join(story.entities), words)
    yield from _labelled(words.importance, story.importance, words)
    yield from _addresses(story, words)


def _labelled(label: str, text: str | None, words: Furniture) -> Iterator[str]:
    if text:
        yield f"{label}{words.colon}{line_with_addresses(text)}"
        yield ""


def _items(items: Iterable[Item], words: Furniture, depth: int = 0) -> Iterator[str]:
    for item in items:
        said = words.colon.join(map(line_with_addresses, filter(None, (item.label, item.text))))
        bullet = "- " if item.type is ItemType.BULLET else ""
        yield f"{'  ' * depth}{bullet}{said}".rstrip()
        yield from _items(item.children, words, depth + 1)


def _addresses(story: Story, words: Furniture) -> Iterator[str]:
    named = []
    if original := story.primary_link:
        dated = f"{line(original.label)} {words.date(original.date)}" if original.date else line(original.label)
        named.append((dated, original.url))
    named += [(line(link.label), link.url) for link in story.links]
    others = len(named)
    named += [(line(source.name), source.url) for source in story.sources]
    for number, (name, url) in enumerate(named, 1):
        if number == others + 1:
            yield f"{words.sources}{words.colon}".rstrip()
        yield f"[{number}] {name} {escape(url)}"
