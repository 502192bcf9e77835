"""A comparison in words and pairs of texts, for the page of a correction."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from newsletter.digest.comparison import SECTION, Change, Comparison
from newsletter.preflight.findings import FIELDS


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """``heading`` says what it is about; ``changes`` are its fields by name, with what they said and say."""

    heading: str
    changes: tuple[tuple[str, str, str], ...] = ()


def differences(comparison: Comparison) -> list[Difference]:
    return list(_differences(comparison))


def _differences(comparison: Comparison) -> Iterator[Difference]:
    if comparison.parts:
        yield Difference(_("Around the stories"), _fields(comparison.parts))
    for changed in comparison.changed:
        facts = {"number": changed.number, "title": changed.title}
        yield Difference(_("Story %(number)d, %(title)s") % facts, _fields(changed.changes))
    for added in comparison.added:
        yield Difference(_("Story %(number)d added: %(title)s") % {"number": added.number, "title": added.title})
    for removed in comparison.removed:
        yield Difference(_("Story %(number)d removed: %(title)s") % {"number": removed.number, "title": removed.title})
    for moved in comparison.moved:
        facts = {"was": moved.was, "number": moved.number, "title": moved.title}
        yield Difference(_("Story %(was)d is number %(number)d now: %(title)s") % facts)


def _fields(changes: Iterable[Change]) -> tuple[tuple[str, str, str], ...]:
    return tuple((_name(change.field), change.before or "", change.after or "") for change in changes)


def _name(field: str) -> str:
    return _("section") if field == SECTION else str(FIELDS.get(field, field))
