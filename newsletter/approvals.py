"""What an issue's approval was of, and what has changed since: the reason that a stale approval gives."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from newsletter import renditions
from newsletter.digest.comparison import Comparison, compare
from newsletter.digest.document import Document
from newsletter.digest.jsonform import from_json
from newsletter.models import Issue, IssueTransition, Newsletter, Rendition
from newsletter.preflight.findings import FIELDS


@dataclasses.dataclass(frozen=True, slots=True)
class Changes:
    """False where nothing differs. ``words`` says each change in a few words; ``comparison`` shows the content's, and
    is ``None`` where the approved content is not known any more."""

    comparison: Comparison | None
    words: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.words)


def last_approved(issue: Issue) -> Rendition | None:
    """The rendition that was approved last, whether or not that approval still stands."""
    if issue.approved_rendition is not None:
        return issue.approved_rendition
    approvals = IssueTransition.objects.filter(issue=issue, action="approve", refused=False)
    approved = approvals.order_by("-pk").values_list("rendition_hash", flat=True).first()
    return Rendition.objects.filter(issue=issue, hash=approved).first() if approved else None


def changes_since(rendition: Rendition, issue: Issue) -> Changes:
    """What a person changed about the issue since the rendition was frozen. Newer templates are no change."""
    before, after = rendition.inputs, renditions.inputs_of(issue)
    if before == after:
        return Changes(None, ())
    if not before:  # frozen before inputs were kept
        return Changes(None, (_("content, look or sender changed"),))
    comparison = compare(_document(before), _document(after))
    return Changes(comparison, (*_story_words(comparison), *_words(before, after)))


def _document(inputs: dict[str, Any]) -> Document:
    return from_json(inputs["document"])


def _story_words(comparison: Comparison) -> Iterator[str]:
    for changed in comparison.changed:
        yield _("story %(number)d changed") % {"number": changed.number}
    for added in comparison.added:
        yield _("story %(number)d added") % {"number": added.number}
    for removed in comparison.removed:
        yield _("“%(title)s” removed") % {"title": removed.title}
    for moved in comparison.moved:
        yield _("story %(number)d moved") % {"number": moved.number}
    for change in comparison.parts:
        yield _changed(str(FIELDS.get(change.field, change.field)))


def _words(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    for name in ("subject", "preheader"):
        if before[name] != after[name]:
            yield _changed(str(FIELDS[name]))
    for name in renditions.SHOWN:
        if before["newsletter"].get(name) != after["newsletter"][name]:
            yield _("newsletter: %(change)s") % {"change": _changed(_field_name(name))}


def _field_name(name: str) -> str:
    return str(Newsletter._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # all have one


def _changed(what: str) -> str:
    return _("%(what)s changed") % {"what": what}
