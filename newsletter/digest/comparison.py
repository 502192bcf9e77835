"""What differs between two documents, by story and by part: for a terminal, a template, or JSON."""

from __future__ import annotations

import bisect
import dataclasses
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from typing import Any, Final

from newsletter.digest.document import Document, Section, Story
from newsletter.digest.fieldtext import field_text
from newsletter.digest.matching import content_of, match_stories

SECTION: Final = "section"  # the one change of a story that is no field of its own
_NO_PARTS: Final = {"sections", "front_matter", "findings", "notation"}


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """One field, by its name in the document, with what it said and says; ``None`` where it had or has nothing."""

    field: str
    before: str | None
    after: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class StoryAt:
    """A story that one document alone has. ``number`` counts from 1 through all of that document's sections."""

    number: int
    title: str


@dataclasses.dataclass(frozen=True, slots=True)
class MovedStory:
    """A story that is the same and stands elsewhere among the others; ``was`` is its number before."""

    number: int
    was: int
    title: str


@dataclasses.dataclass(frozen=True, slots=True)
class ChangedStory:
    """A story whose fields differ, or its section. ``moved`` says whether it stands elsewhere among the others, too."""

    number: int
    was: int
    title: str
    moved: bool
    changes: tuple[Change, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """False where nothing differs. Every story is in exactly one of the lists, or one of the ``unchanged``."""

    added: tuple[StoryAt, ...] = ()
    removed: tuple[StoryAt, ...] = ()
    changed: tuple[ChangedStory, ...] = ()
    moved: tuple[MovedStory, ...] = ()
    parts: tuple[Change, ...] = ()
    unchanged: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.moved or self.parts)


def compare(before: Document, after: Document) -> Comparison:
    """What ``after`` changes in ``before``. Findings, notation and spelling are no content and no change.

    Added, changed and moved stories come in the order of ``after``, removed ones in that of ``before``. As few stories
    as possible count as moved; a story whose number differs only because of others stays where it was.
    """
    pairs = match_stories(before.stories, after.stories)
    changed, moved = [], []
    for story in sorted(_both(before, after, pairs), key=lambda story: story.number):
        if story.changes:
            changed.append(story)
        elif story.moved:
            moved.append(MovedStory(story.number, story.was, story.title))
    return Comparison(
        added=_alone(after.stories, set(pairs.values())),
        removed=_alone(before.stories, pairs.keys()),
        changed=tuple(changed),
        moved=tuple(moved),
        parts=tuple(_parts(before, after)),
        unchanged=len(pairs) - len(changed) - len(moved),
    )


def _alone(stories: Sequence[Story], matched: Any) -> tuple[StoryAt, ...]:
    return tuple(StoryAt(at + 1, story.title) for at, story in enumerate(stories) if at not in matched)


def _both(before: Document, after: Document, pairs: dict[int, int]) -> Iterator[ChangedStory]:
    """Every story that both have, changed or not."""
    olds, news = before.stories, after.stories
    homes_before, homes_after = _homes(before), _homes(after)
    sections = _match_sections(
        before.sections, after.sections, Counter((homes_before[old], homes_after[new]) for old, new in pairs.items())
    )
    unmoved = _longest_rise(list(pairs.values()))
    for old, new in pairs.items():
        changes = list(_field_changes(olds[old], news[new]))
        home_before, home_after = homes_before[old], homes_after[new]
        if sections.get(home_before) != home_after:
            headings = _heading(before.sections[home_before]), _heading(after.sections[home_after])
            changes.append(Change(SECTION, *map(field_text, headings)))
        yield ChangedStory(new + 1, old + 1, news[new].title, new not in unmoved, tuple(changes))


def _field_changes(before: Story, after: Story) -> Iterator[Change]:
    for field in dataclasses.fields(Story):
        yield from _change(field.name, getattr(before, field.name), getattr(after, field.name))


def _parts(before: Document, after: Document) -> Iterator[Change]:
    told = set()
    for field in dataclasses.fields(Document):
        if field.name in _NO_PARTS:
            continue
        for change in _change(field.name, getattr(before, field.name), getattr(after, field.name)):
            told.add(field.name)
            yield change
    yield from _change("sections", *(tuple(map(_heading, each.sections)) for each in (before, after)))
    yield from _front_matter(before.front_matter, after.front_matter, told)


def _front_matter(before: dict[str, Any], after: dict[str, Any], told: set[str]) -> Iterator[Change]:
    """The keys that differ, without those that are parts of the document and told as such."""
    missing = object()
    names = [name for name in {**before, **after} if name not in told]
    names = [name for name in names if before.get(name, missing) != after.get(name, missing)]
    yield from _change(
        "front_matter", *({name: each[name] for name in names if name in each} for each in (before, after))
    )


def _change(field: str, before: Any, after: Any) -> Iterator[Change]:
    if before != after and content_of(before) != content_of(after):
        yield Change(field, field_text(before), field_text(after))


def _heading(section: Section) -> Section:
    return dataclasses.replace(section, stories=())


def _homes(document: Document) -> list[int]:
    """The position of each story's section."""
    return [at for at, section in enumerate(document.sections) for _ in section.stories]


def _match_sections(
    before: Sequence[Section], after: Sequence[Section], shared: Counter[tuple[int, int]]
) -> dict[int, int]:
    """Which section is which: of the same title, else of the most stories in common. Numbers count for nothing."""
    matched: dict[int, int] = {}
    waiting: defaultdict[tuple[str | None, str | None], deque[int]] = defaultdict(deque)
    for old, section in enumerate(before):
        waiting[section.title, section.title_en].append(old)
    for new, section in enumerate(after):
        if queue := waiting.get((section.title, section.title_en)):
            matched[queue.popleft()] = new
    taken = set(matched.values())
    for old, new in sorted(shared, key=lambda pair: (-shared[pair], pair)):
        if old not in matched and new not in taken:
            matched[old] = new
            taken.add(new)
    return matched


def _longest_rise(numbers: Sequence[int]) -> set[int]:
    """The longest subsequence of different numbers that only rises (patience sorting)."""
    tails: list[int] = []  # of the rises by their length: the place of the smallest last number
    values: list[int] = []
    previous: list[int] = []
    for place, number in enumerate(numbers):
        length = bisect.bisect_left(values, number)
        previous.append(tails[length - 1] if length else -1)
        tails[length : length + 1] = [place]
        values[length : length + 1] = [number]
    rise, place = set(), tails[-1] if tails else -1
    while place >= 0:
        rise.add(numbers[place])
        place = previous[place]
    return rise
