"""Which story of one document is which story of another: one to one, and rather none than a wrong one."""

from __future__ import annotations

import dataclasses
import functools
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any

from newsletter.digest.document import Story
from newsletter.digest.similarity import bare, likeness, same_page

# So many pairs of titles are weighed. Beyond it, each is weighed against those at about its place alone: a digest of
# a hundred thousand stories must not cost ten billion looks.
_MAX_WEIGHED = 250_000
_MAX_TITLE = 500  # characters of a title that count; no stored title is longer


def match_stories(before: Sequence[Story], after: Sequence[Story]) -> dict[int, int]:
    """The position in ``after`` for each position in ``before`` that has one, in the order of ``before``.

    Identical content goes first, then an identical title (with the same addresses, if several bear it), then what two
    stories alone share (an address, or everything but the title), then the most similar title.
    """
    matching = _Matching(before, after)
    matching.by_key(content_of)
    matching.by_key(lambda story: (story.title, _pages(story)))
    matching.by_key(lambda story: story.title)
    matching.by_mark()
    matching.by_likeness()
    return dict(sorted(matching.pairs.items()))


def content_of(value: Any) -> Any:
    """A document's value as plain nested tuples, without how the digest spells it; equal where the content is."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return tuple(map(content_of, value))
    if dataclasses.is_dataclass(value):
        kind: Any = type(value)
        return tuple([content_of(getattr(value, name)) for name in _content_names(kind)])
    return value


@functools.cache
def _content_names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind) if not field.metadata.get("omitted"))


def _pages(story: Story) -> frozenset[str]:
    """What a story points to as its own. A site's front page identifies none."""
    own = [*story.sources, *([story.primary_link] if story.primary_link else ()), *story.links]
    return frozenset(page for page in (same_page(each.url) for each in own) if "/" in page or "?" in page)


class _Matching:
    def __init__(self, before: Sequence[Story], after: Sequence[Story]) -> None:
        self._before, self._after = before, after
        self._left_before, self._left_after = dict.fromkeys(range(len(before))), dict.fromkeys(range(len(after)))
        self.pairs: dict[int, int] = {}

    def by_key(self, key: Callable[[Story], Hashable]) -> None:
        """Equal keys match, in order."""
        waiting: defaultdict[Hashable, deque[int]] = defaultdict(deque)
        for old in self._left_before:
            waiting[key(self._before[old])].append(old)
        for new in list(self._left_after):
            if queue := waiting.get(key(self._after[new])):
                self._pair(queue.popleft(), new)

    def by_mark(self) -> None:
        """The stories with the most marks in common match, of those marks that one story on each side bears."""
        olds = _bearers(self._before, self._left_before)
        news = _bearers(self._after, self._left_after)
        common = [(olds[mark], news[mark]) for mark in olds.keys() & news.keys()]
        shared = Counter((old[0], new[0]) for old, new in common if len(old) == len(new) == 1)
        self._pair_best((-count, old, new) for (old, new), count in shared.items())

    def by_likeness(self) -> None:
        """The most similar titles match."""
        olds = [(old, bare(self._before[old].title)[:_MAX_TITLE]) for old in self._left_before]
        news = [(new, bare(self._after[new].title)[:_MAX_TITLE]) for new in self._left_after]
        width = max(1, _MAX_WEIGHED // max(1, len(olds)))
        weighed: list[tuple[float, int, int]] = []
        for rank, (old, title) in enumerate(olds):
            start = max(0, min(rank * len(news) // len(olds) - width // 2, len(news) - width))
            weighed += ((-likeness(title, other), old, new) for new, other in news[start : start + width])
        self._pair_best(each for each in weighed if each[0])

    def _pair_best(self, ranked: Iterable[tuple[float, int, int]]) -> None:
        for _, old, new in sorted(ranked):
            if old in self._left_before and new in self._left_after:
                self._pair(old, new)

    def _pair(self, old: int, new: int) -> None:
        self.pairs[old] = new
        del self._left_before[old], self._left_after[new]


def _bearers(stories: Sequence[Story], positions: Iterable[int]) -> dict[Hashable, list[int]]:
    bearers: defaultdict[Hashable, list[int]] = defaultdict(list)
    for position in positions:
        for mark in _marks(stories[position]):
            bearers[mark].append(position)
    return bearers


def _marks(story: Story) -> Iterator[Hashable]:
    """What a story can be known by under another title: its addresses, and all of its content where it has some."""
    yield from _pages(story)
    if story.summary or story.insight or story.blocks:
        yield content_of(dataclasses.replace(story, title=""))
