"""An edit of an issue's parts by hand: the consequences of an import, and a digest that stays true to it."""

from __future__ import annotations

import dataclasses

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter import content, discussion, editing, workflow
from newsletter.digest.errors import DigestError
from newsletter.digest.reading import parse_digest
from newsletter.digest_words import why_refused
from newsletter.editorial.spelling import Outline, fitting_marks, outline_of
from newsletter.errors import Refused
from newsletter.models import Issue, Story


@dataclasses.dataclass(frozen=True, slots=True)
class Edit:
    """An edit that has begun: what the issue was before."""

    issue_id: int
    before: Outline
    exportable: bool
    titles: dict[int, str]  # of the stories


def problem(issue: Issue, user: User) -> str | None:
    """Why this person can't edit the issue now, or ``None``."""
    if issue.status not in workflow.EDITABLE:
        said = {"issue": issue.slug, "status": issue.get_status_display()}
        return _("%(issue)s is %(status)s; it can't be edited any more.") % said
    if not user.has_perm("newsletter.change_issue"):
        return _("Your role may look at issues, and not edit them.")
    return None


def begin(issue_id: int, user: User, version: int) -> Edit:
    """Before a change of content, in its transaction. Raises ``Refused`` past editing, or where the issue is no
    longer the version that the person saw."""
    issue = Issue.objects.select_related("newsletter").get(pk=issue_id)
    if issue.version == version:
        edit = Edit(issue_id, outline_of(issue), _export(issue)[0] is not None, _titles(issue_id))
        editing.reopen(issue, user, _("edited"))
        unchanged = Issue.objects.filter(pk=issue_id, version=issue.version)
        if unchanged.update(version=issue.version + 1, last_editor=user, updated_at=timezone.now()):
            return edit
    raise Refused(_("%(issue)s was changed by somebody else just now; look at it again.") % {"issue": issue.slug})


def finish(edit: Edit) -> None:
    """After the change, in the same transaction: the issue is exported and read back, so that its findings are those
    of what it says now. Raises ``Refused`` where no digest could say it any more."""
    issue = Issue.objects.select_related("newsletter").get(pk=edit.issue_id)
    now = _titles(edit.issue_id)
    discussion.follow(issue, {was: now[pk] for pk, was in edit.titles.items() if now.get(pk, was) != was})
    if issue.notation:
        marks = fitting_marks(issue.notation["marks"], issue.newsletter.format, edit.before, outline_of(issue))
        issue.notation = {**issue.notation, "marks": marks}
    text, why = _export(issue)
    if text is not None:
        content.settle(parse_digest(text.encode(), issue.slug), issue)
    elif edit.exportable:
        raise Refused(_("Nothing is saved: no digest could say this. %(problem)s") % {"problem": why})
    else:
        issue.save(update_fields=["notation"])


def _titles(issue_id: int) -> dict[int, str]:
    return dict(Story.objects.filter(section__issue=issue_id).values_list("pk", "title"))


def _export(issue: Issue) -> tuple[str | None, str]:
    """The issue's digest; else why there is none."""
    try:
        return content.export(issue), ""
    except DigestError as error:
        return None, why_refused(error)
