"""How the labels of a story end (``：**``, ``**:``, …), where one of them ends otherwise than its format has it.

The notation holds a mark for each such story: its number, and the ends of its labels in the order of the digest. They
say nothing. Where the document was edited meanwhile they may no longer fit; then the format's own are used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from newsletter.digest.bold import COLON_ENDS
from newsletter.digest.document import Document, Notation
from newsletter.digest.errors import InvalidDigest

_MARK = re.compile(r"story ([1-9][0-9]{0,5}) (\S+(?: \S+)*)")

Ends = Mapping[int, Sequence[str]]
"""The ends of a story's labels by the story's number, counted from 1 through all sections."""


def notation_of(stories: Iterable[Sequence[str]], usual: str, place: int | None) -> Notation | None:
    """What the digest notes: the ends of each story's labels, and where its last part stands (``noted_place``)."""
    marks = [] if place is None else [str(place)]
    for number, ends in enumerate(stories, start=1):
        if any(end != usual for end in ends):
            marks.append(f"story {number} {' '.join(ends)}")
    return Notation(marks=tuple(marks)) if marks else None


def written(document: Document, write: Callable[[Ends], str], parse: Callable[[str], Document]) -> str:
    """The digest with the ends that are noted, or without them where it would not read back as the document."""
    ends = _noted(document)
    if ends:
        text = write(ends)
        if _reads_back(text, document, parse):
            return text
    return write({})


def ends_of(ends: Ends, number: int, usual: str) -> Iterator[str]:
    """The ends of the story's labels, in order and without end."""
    yield from ends.get(number, ())
    while True:
        yield usual


def _noted(document: Document) -> Ends:
    marks = document.notation.marks if document.notation else ()
    found = {int(mark[1]): mark[2].split() for mark in map(_MARK.fullmatch, marks) if mark}
    return {number: ends for number, ends in found.items() if COLON_ENDS.issuperset(ends)}


def _reads_back(text: str, document: Document, parse: Callable[[str], Document]) -> bool:
    try:
        again = parse(text)
    except InvalidDigest:
        return False
    return (again.sections, again.other_links, again.reading) == (
        document.sections,
        document.other_links,
        document.reading,
    )
