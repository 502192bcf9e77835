"""Which marks of an issue's notation fit still after its parts were edited by hand.

A mark names a story by its number, or a place by how many parts stand before it; it follows them. What is left of a
mark whose story has other labels now, or that counts through the whole digest, is nothing: the format's own spelling
is used there.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence

from newsletter.models import DigestFormat, Issue, Story

Shape = tuple[bool | None, ...]
_STORY = re.compile(r"story ([0-9]{1,6}) (.+)")
_PLACE = re.compile(r"[0-9]{1,6}")


@dataclasses.dataclass(frozen=True, slots=True)
class Outline:
    """An issue's sections and stories by their keys, in order, and which labels each story asks for."""

    sections: tuple[int, ...]
    stories: tuple[int, ...]
    shapes: tuple[Shape, ...]


def outline_of(issue: Issue) -> Outline:
    """Three queries, whatever its length."""
    sections = list(issue.sections.prefetch_related("stories__sources"))
    stories = [story for section in sections for story in section.stories.all()]
    return Outline(
        tuple(section.pk for section in sections), tuple(story.pk for story in stories), tuple(map(_shape, stories))
    )


def fitting_marks(marks: Iterable[str], form: str, before: Outline, after: Outline) -> list[str]:
    """The marks as they are for ``after``, of those that were for ``before``."""
    return [*marks] if before == after else list(_refitted(marks, form, before, after))


def _refitted(marks: Iterable[str], form: str, before: Outline, after: Outline) -> Iterator[str]:
    parts = "sections" if form == DigestFormat.BULLETIN else "stories"
    numbers = _unchanged(before, after)
    for mark in marks:
        if _PLACE.fullmatch(mark):
            yield str(_place(int(mark), getattr(before, parts), getattr(after, parts)))
        elif (found := _STORY.fullmatch(mark)) and int(found[1]) in numbers:
            yield f"story {numbers[int(found[1])]} {found[2]}"


def _place(place: int, before: Sequence[int], after: Sequence[int]) -> int:
    """Behind the parts that stood before the place and are there still."""
    if place >= len(before):
        return len(after)
    kept = set(before[:place])
    return sum(1 for part in after if part in kept)


def _unchanged(before: Outline, after: Outline) -> dict[int, int]:
    """The number now for the number before, of each story that has the same labels."""
    now = {key: (number, shape) for number, (key, shape) in enumerate(zip(after.stories, after.shapes, strict=True), 1)}
    pairs = enumerate(zip(before.stories, before.shapes, strict=True), 1)
    return {number: now[key][0] for number, (key, shape) in pairs if key in now and now[key][1] == shape}


def _shape(story: Story) -> Shape:
    fields = (story.category, story.summary, story.insight, story.importance)
    lists = (story.entities, story.sources.all(), story.links, story.primary_link)
    labels = (block.get("label") is None for block in story.blocks)
    return (*(field is None for field in fields), *(not each for each in lists), None, *labels)
