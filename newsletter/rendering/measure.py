"""How wide and how long text is: columns as mail programs show them, minutes as people read."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from wcwidth import wcswidth, wcwidth

from newsletter.digest.document import Document, Item, Story

HAN_PER_MINUTE = 400
WORDS_PER_MINUTE = 220
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]+")
_ADDRESS = re.compile(r"\]\([^()\s]*\)")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9.,'’%-]*")


def columns(text: str) -> int:
    """The width of ``text``: wide characters count two, combining ones none."""
    width = wcswidth(text)
    return width if width >= 0 else sum(max(0, wcwidth(c)) for c in text)


def clip(text: str, limit: int) -> str:
    """``text`` in at most ``limit`` columns, with an ellipsis where something was cut."""
    if columns(text) <= limit:
        return text
    kept = ""
    width = columns("…")
    for character in text:
        width += max(0, wcwidth(character))
        if width > limit:
            break
        kept += character
    return kept.rstrip(" ，、：；:;,-–—|｜") + "…"


def minutes_to_read(document: Document) -> int:
    """Whole minutes for what is written to be read, at least one; the lists of links are for browsing."""
    text = _ADDRESS.sub("]", "\n".join(_texts(document)))
    words = len(_WORD.findall(text))
    han = sum(map(len, _HAN.findall(text)))
    return max(1, math.ceil(han / HAN_PER_MINUTE + words / WORDS_PER_MINUTE))


def _texts(document: Document) -> Iterator[str]:
    for highlight in document.highlights:
        yield from filter(None, (highlight.title, highlight.summary))
    for story in document.stories:
        yield from _story_texts(story)
    if insight := document.editor_insight:
        for part in insight.parts:
            yield from part.paragraphs
        yield from insight.watchlist.items if insight.watchlist else ()


def _story_texts(story: Story) -> Iterator[str]:
    yield from filter(None, (story.title, story.summary, story.insight, story.importance))
    for block in story.blocks:
        yield from _item_texts(block.items)


def _item_texts(items: tuple[Item, ...]) -> Iterator[str]:
    for item in items:
        yield from filter(None, (item.label, item.text))
        yield from _item_texts(item.children)
