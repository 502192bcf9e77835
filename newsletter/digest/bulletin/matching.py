"""Which highlight has no story of its own.

A highlight and its story have different titles, and often different languages; but they tell the same thing, in words
of the same names and numbers. A highlight's words stand in its own story three times as often as in any other; one that
shares next to nothing with any story has none. What lies between is left to the reader's eye.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from newsletter.digest.document import Highlight, Item, Story

_SHARED = 0.15
_FEWEST_TERMS = 12
_LONGEST = 5_000
_MOST_PAIRS = 10_000

_LATIN = re.compile(r"[a-z0-9][a-z0-9.-]++")
_HAN = re.compile(r"[\u3400-\u9fff]{2,}+")


def without_story(highlights: Sequence[Highlight], stories: Sequence[Story]) -> Iterator[int]:
    """The positions of highlights that share next to nothing with any story. None of a highlight of a few words."""
    if not highlights or len(highlights) * len(stories) > _MOST_PAIRS:
        return
    told = [_terms(_text(story)) for story in stories]
    for position, highlight in enumerate(highlights):
        terms = _terms(f"{highlight.title}\n{highlight.summary or ''}")
        if len(terms) >= _FEWEST_TERMS and all(len(terms & story) < _SHARED * len(terms) for story in told):
            yield position


def _terms(text: str) -> set[str]:
    """Words and numbers in Latin letters, and each pair of neighbours in a run of Chinese characters."""
    text = text[:_LONGEST].lower()
    runs = _HAN.findall(text)
    return {*_LATIN.findall(text), *(run[start : start + 2] for run in runs for start in range(len(run) - 1))}


def _text(story: Story) -> str:
    return "\n".join([story.title, story.summary or "", *(_item_texts(story))])


def _item_texts(story: Story) -> Iterator[str]:
    waiting: list[Item] = [item for block in reversed(story.blocks) for item in reversed(block.items)]
    while waiting:
        item = waiting.pop()
        yield f"{item.label or ''}\n{item.text}"
        waiting.extend(reversed(item.children))
