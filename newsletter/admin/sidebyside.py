"""A comparison as a page shows it: story by story, each changed field before and after, its words marked."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from itertools import islice

from django.utils.translation import gettext as _

from newsletter.admin.worddiff import Piece, Pieces, word_diff
from newsletter.digest.comparison import SECTION, Change, ChangedStory, Comparison
from newsletter.preflight.findings import FIELDS

MOST_ENTRIES = 200
MOST_OPEN = 3
MOST_ROWS = 30  # of one story or around the stories: a document has no more fields
MOST_CHARACTERS = 20_000  # of one field that are shown


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One field; no pieces where it had or has nothing."""

    name: str
    before: Pieces
    after: Pieces


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """``kind`` is one of ``added``, ``removed``, ``changed``, ``moved``; ``word`` says it."""

    kind: str
    word: str
    title: str
    rows: tuple[Row, ...] = ()
    open: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class SideBySide:
    """False where nothing differs."""

    entries: tuple[Entry, ...] = ()
    left_out: int = 0

    def __bool__(self) -> bool:
        return bool(self.entries)


def side_by_side(comparison: Comparison | None, around: Iterable[Row] = ()) -> SideBySide:
    """``around`` are further changes that stand with those of the parts around the stories."""
    rows = (*around, *_rows(comparison.parts if comparison else ()))
    total = bool(rows) + (_count(comparison) if comparison else 0)
    entries = list(islice(_entries(comparison, rows), MOST_ENTRIES))
    few = sum(1 for entry in entries if entry.rows) <= MOST_OPEN
    shown = tuple(dataclasses.replace(entry, open=few and bool(entry.rows)) for entry in entries)
    return SideBySide(shown, max(0, total - len(shown)))


def row(name: str, before: str | None, after: str | None) -> Row:
    """Work is bounded: of a huge field the beginning is shown."""
    old, new = word_diff((before or "")[:MOST_CHARACTERS], (after or "")[:MOST_CHARACTERS])
    return Row(name, _ended(old, before), _ended(new, after))


def field_name(field: str) -> str:
    if field in (SECTION, "sections"):
        return _("section") if field == SECTION else _("sections")
    return str(FIELDS.get(field, field.replace("_", " ")))


def _entries(comparison: Comparison | None, rows: tuple[Row, ...]) -> Iterator[Entry]:
    if rows:
        yield Entry("changed", _("Changed"), _("Around the stories"), rows)
    if comparison is None:
        return
    for changed in comparison.changed:
        yield Entry("changed", _("Changed"), _changed_title(changed), _rows(changed.changes))
    for added in comparison.added:
        yield Entry("added", _("Added"), _story(added.number, added.title))
    for removed in comparison.removed:
        yield Entry("removed", _("Removed"), _("Former story %(number)d: %(title)s") % _said(removed))
    for moved in comparison.moved:
        yield Entry("moved", _("Moved"), _("Story %(number)d, was %(was)d: %(title)s") % _said(moved))


def _said(story: object) -> dict[str, object]:
    return {name: getattr(story, name, 0) for name in ("number", "was", "title")}


def _story(number: int, title: str) -> str:
    return _("Story %(number)d: %(title)s") % {"number": number, "title": title}


def _changed_title(changed: ChangedStory) -> str:
    if changed.moved:
        return _("Story %(number)d, was %(was)d: %(title)s") % _said(changed)
    return _story(changed.number, changed.title)


def _rows(changes: Iterable[Change]) -> tuple[Row, ...]:
    few = islice(changes, MOST_ROWS)
    return tuple(row(field_name(change.field), change.before, change.after) for change in few)


def _ended(pieces: Pieces, text: str | None) -> Pieces:
    return (*pieces, Piece(" …", changed=False)) if len(text or "") > MOST_CHARACTERS else pieces


def _count(comparison: Comparison) -> int:
    return sum(map(len, (comparison.changed, comparison.added, comparison.removed, comparison.moved)))
