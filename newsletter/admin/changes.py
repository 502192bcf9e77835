"""What changed since the last approval or import, side by side by story."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern
from django.utils.translation import gettext as _

from newsletter import approvals, content, renditions
from newsletter.admin import sidebyside
from newsletter.admin.desk import Review
from newsletter.digest.comparison import Comparison, compare
from newsletter.digest.errors import DigestError
from newsletter.digest.fieldtext import field_text
from newsletter.digest.reading import parse_digest
from newsletter.editing import as_stored
from newsletter.models import Issue, Newsletter, Rendition

Guard = Callable[[Any], Any]


def urls(guard: Guard) -> list[URLPattern]:
    """The addresses beneath an issue's; ``guard`` is the admin's own."""
    return []


def zone(review: Review) -> dict[str, Any]:
    """What ``zones/changes.html`` shows: ``since`` in words, the ``differences``, and ``unknown`` where the content of
    that time is not known any more."""
    issue = review.issue
    if approved := approvals.last_approved(issue):
        return _since_approval(approved, review)
    comparison, unknown = _since_import(issue)
    return {
        "since": _("since the last import"),
        "differences": sidebyside.side_by_side(comparison),
        "unknown": unknown,
    }


def _since_approval(approved: Rendition, review: Review) -> dict[str, Any]:
    changes = approvals.changes_since(approved, review.issue)
    since = _("since %(hash)s was approved") % {"hash": approved.hash[:6]}
    if changes and not approved.inputs:
        return {"since": since, "differences": sidebyside.SideBySide(), "unknown": True}
    around = _around(approved.inputs, renditions.inputs_of(review.issue)) if changes else ()
    return {
        "since": since,
        "differences": sidebyside.side_by_side(changes.comparison, around),
        "unknown": False,
    }


def _around(before: dict[str, Any], after: dict[str, Any]) -> Iterator[sidebyside.Row]:
    """Subject, preheader, and the newsletter's sender and look."""
    for name in ("subject", "preheader"):
        if before[name] != after[name]:
            yield sidebyside.row(sidebyside.field_name(name), *(_text(each[name]) for each in (before, after)))
    for name in renditions.SHOWN:
        old, new = before["newsletter"].get(name), after["newsletter"][name]
        if old != new:
            label = Newsletter._meta.get_field(name).verbose_name  # type: ignore[union-attr]  # all have one
            yield sidebyside.row(_("newsletter: %(field)s") % {"field": label}, field_text(old), field_text(new))


def _text(written: str) -> str:
    return written or _("made from the stories")


def _since_import(issue: Issue) -> tuple[Comparison | None, bool]:
    """What was edited, and whether that can't be told."""
    if not issue.source_text:
        return None, True
    try:
        imported = parse_digest(issue.source_text.encode(), issue.slug)
    except DigestError:  # a parser that has changed since
        return None, True
    return compare(as_stored(imported, issue.newsletter), content.load(issue)), False
