"""Which words of two texts differ, for people: bounded work, whatever the texts are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

# A word of letters and digits, a run of white space, or one character: Chinese is compared by the character.
_TOKEN = re.compile(r"[A-Za-z0-9_]+|\s+|.", re.DOTALL)
MOST_TOKENS = 6_000  # of both texts together, without what is the same at their beginnings and ends
MOST_EDITS = 400
LEAST_KEPT = 0.25  # of the shorter text; below it, marks in each line say less than the whole


class Piece(NamedTuple):
    text: str
    changed: bool


Pieces = tuple[Piece, ...]


def word_diff(before: str, after: str) -> tuple[Pieces, Pieces]:
    """Both texts in pieces, with those that the other one hasn't; as one changed piece each where they differ too
    much, or are too long, for the words to be told apart (Myers, An O(ND) Difference Algorithm, 1986)."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    middles = old[head : len(old) - tail], new[head : len(new) - tail]
    kept = _without_specks(_kept(*middles), *map(len, middles))
    same = head + tail + len(kept)
    if same < LEAST_KEPT * min(len(old), len(new)):
        return _whole(before), _whole(after)
    olds = {*range(head), *(head + a for a, _ in kept), *range(len(old) - tail, len(old))}
    news = {*range(head), *(head + b for _, b in kept), *range(len(new) - tail, len(new))}
    return tuple(_pieces(old, olds)), tuple(_pieces(new, news))


def _whole(text: str) -> Pieces:
    return (Piece(text, changed=True),) if text else ()


def _shared(old: Sequence[str], new: Sequence[str]) -> int:
    """How many tokens are the same from the beginning."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(old), len(new)))


def _kept(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The places of the tokens that stay; none where that would take too long to find out."""
    if not old or not new or len(old) + len(new) > MOST_TOKENS:
        return []
    furthest, trace = {1: 0}, []
    for edits in range(min(len(old) + len(new), MOST_EDITS) + 1):
        trace.append(dict(furthest))
        for diagonal in range(-edits, edits + 1, 2):
            x = _step(furthest, diagonal, edits)
            while x < len(old) and x - diagonal < len(new) and old[x] == new[x - diagonal]:
                x += 1
            furthest[diagonal] = x
            if x >= len(old) and x - diagonal >= len(new):
                return _walked_back(trace, len(old), len(new))
    return []


def _step(furthest: dict[int, int], diagonal: int, edits: int) -> int:
    down = _goes_down(furthest, diagonal, edits)
    return furthest[diagonal + 1] if down else furthest[diagonal - 1] + 1


def _goes_down(furthest: dict[int, int], diagonal: int, edits: int) -> bool:
    return diagonal == -edits or (diagonal != edits and furthest[diagonal - 1] < furthest[diagonal + 1])


def _walked_back(trace: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    kept = []
    for edits in range(len(trace) - 1, -1, -1):
        furthest, diagonal = trace[edits], x - y
        before = diagonal + (1 if _goes_down(furthest, diagonal, edits) else -1)
        start_x = furthest[before]
        while x > max(start_x, 0) and y > max(start_x - before, 0):
            x, y = x - 1, y - 1
            kept.append((x, y))
        x, y = start_x, start_x - before
    return kept[::-1]


def _without_specks(kept: list[tuple[int, int]], olds: int, news: int) -> list[tuple[int, int]]:
    """Without single tokens that stay by chance between changes."""
    near = {*kept, (-1, -1), (olds, news)}
    return [(a, b) for a, b in kept if (a - 1, b - 1) in near or (a + 1, b + 1) in near]


def _pieces(tokens: Sequence[str], same: set[int]) -> Iterator[Piece]:
    run: list[str] = []
    for at, token in enumerate(tokens):
        if run and (at in same) is not (at - 1 in same):
            yield Piece("".join(run), at - 1 not in same)
            run = []
        run.append(token)
    if run:
        yield Piece("".join(run), len(tokens) - 1 not in same)
