"""One story as lines of plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from newsletter.digest.document import Block, Item, ItemType, Story
from newsletter.rendering.edition import NumberedStory
from newsletter.rendering.furniture import Furniture
from newsletter.rendering.slots import escape
from newsletter.rendering.wording import line, line_with_addresses, lines_with_addresses


def story_lines(numbered: NumberedStory, words: Furniture) -> Iterator[str]:
    """The story as it is read: what it says, what it means, and where it comes from."""
    story = numbered.story
    if story.title:
        yield f"{numbered.ordinal}. {line_with_addresses(story.title)}"
    if story.category:
        yield line_with_addresses(story.category)
    yield ""
    if story.summary:
        yield lines_with_addresses(story.summary)
        yield ""
    yield from _blocks(numbered.opening, words)
    yield from _labelled(words.insight, story.insight, words)
    yield from _blocks(numbered.blocks, words)
    if story.entities:
        yield from _labelled(words.entities, words.comma.join(story.entities), words)
    yield from _labelled(words.importance, story.importance, words)
    yield from _addresses(story, words)


def hanging(mark: str, text: str) -> str:
    """``text`` behind ``mark``, its further lines below its first."""
    return mark + text.replace("\n", "\n" + " " * len(mark))


def _blocks(blocks: Iterable[Block], words: Furniture) -> Iterator[str]:
    for block in blocks:
        if block.label:
            yield f"{line_with_addresses(block.label)}{words.colon if block.items else ''}".rstrip()
        yield from _items(block.items, words)
        yield ""


def _labelled(label: str, text: str | None, words: Furniture) -> Iterator[str]:
    if text:
        yield f"{label}{words.colon}{lines_with_addresses(text)}"
        yield ""


def _items(items: Iterable[Item], words: Furniture, depth: int = 0) -> Iterator[str]:
    for item in items:
        said = words.colon.join(map(lines_with_addresses, filter(None, (item.label, item.text))))
        bullet = "- " if item.type is ItemType.BULLET else ""
        yield hanging(f"{'  ' * depth}{bullet}", said).rstrip()
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
