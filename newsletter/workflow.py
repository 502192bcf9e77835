"""The issue's transition table: the only writer of ``Issue.status``.

Every move asks who may, what must hold, then is one conditional UPDATE that must change one row, with its audit row in
the same transaction. Editing, importing and sending all come through here.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from newsletter import inspection, renditions
from newsletter.errors import NotPermitted, Refused
from newsletter.models import Issue, IssueStatus, IssueTransition, Newsletter, Rendition, SecondPerson
from subscribers.audience import Audience

S = IssueStatus
Actor = User | AbstractBaseUser | AnonymousUser


@dataclasses.dataclass(frozen=True, slots=True)
class Transition:
    """``permission`` is ``None`` for what the system does itself, on somebody's earlier word."""

    origins: tuple[IssueStatus, ...]
    target: IssueStatus
    permission: str | None = None
    note_required: bool = False


TRANSITIONS = {
    "submit": Transition((S.DRAFT, S.CHANGES_REQUESTED), S.IN_REVIEW, "submit_issue"),
    # From approved as well: an approval that went stale without an edit (look, sender, audience) is given again.
    "approve": Transition((S.IN_REVIEW, S.APPROVED), S.APPROVED, "approve_issue"),
    "request-changes": Transition((S.IN_REVIEW,), S.CHANGES_REQUESTED, "request_changes_issue", note_required=True),
    "edit": Transition((S.IN_REVIEW, S.APPROVED, S.SCHEDULED), S.DRAFT),
    "schedule": Transition((S.APPROVED,), S.SCHEDULED, "schedule_issue"),
    "unschedule": Transition((S.SCHEDULED,), S.APPROVED, "schedule_issue"),
    "archive": Transition((S.DRAFT, S.IN_REVIEW, S.CHANGES_REQUESTED, S.APPROVED), S.ARCHIVED, "archive_issue"),
    "start": Transition((S.SCHEDULED,), S.SENDING),
    "withhold": Transition((S.SCHEDULED, S.SENDING), S.APPROVED),
    "finish": Transition((S.SENDING,), S.SENT),
}
SHORTEST_HASH = 6  # digits; an empty shell variable must not approve just anything
EDITABLE = (S.DRAFT, S.IN_REVIEW, S.CHANGES_REQUESTED, S.APPROVED, S.SCHEDULED)


def submit(issue: Issue, user: User, note: str = "") -> None:
    """Ask for a review. Raises ``Refused``."""
    _move(issue, "submit", user, note, submitted_by=user)


def approve(issue: Issue, user: User, *, rendition_hash: str | None = None, note: str = "") -> Rendition:
    """Approve the issue as it stands; with ``rendition_hash`` (or its beginning), only if that is what was seen.

    Returns the frozen rendition. Raises ``Refused`` when the issue isn't in review and its approval isn't stale
    either, the person is the wrong one, something blocks, or the content is no longer the one named.
    """
    check(issue, "approve", user)
    if issue.status == S.APPROVED and not approval_problems(issue):
        raise Refused(f"{issue.slug} is approved already, and nothing has changed since.")
    if problem := second_person_problem(issue, user):
        raise Refused(problem)
    with transaction.atomic():
        if problem := blocking_problem(issue):
            raise Refused(problem)
        rendition = renditions.freeze(issue)
        if rendition_hash is not None and not _names(rendition_hash, rendition):
            raise Refused(
                f"{issue.slug} is no longer what you approved: it is {rendition.hash[:12]} now, "
                f"you named {rendition_hash[:12]!r}. Look at it again."
            )
        approval = {"approved_rendition": rendition, "approved_audience": _audience(issue).hash}
        _move(issue, "approve", user, note, **approval)
    return rendition


def request_changes(issue: Issue, user: User, note: str) -> None:
    """Send the issue back with a reason. Raises ``Refused``."""
    _move(issue, "request-changes", user, note)


def archive(issue: Issue, user: User, note: str = "") -> None:
    """Put away an issue of which nothing was sent. Raises ``Refused``."""
    _move(issue, "archive", user, note)


def reopen(issue: Issue, user: User | None, note: str) -> None:
    """Back to draft where an edit makes that necessary; the approval is gone. Raises ``Refused`` past editing."""
    if issue.status not in EDITABLE:
        raise Refused(f"{issue.slug} is {issue.get_status_display()}; it can't be edited any more.")
    if issue.status in TRANSITIONS["edit"].origins:
        _move(issue, "edit", user, note, approved_rendition=None, approved_audience="")


def advance(issue: Issue, action: str, user: User | None = None, note: str = "") -> None:
    """The moves that sending makes: schedule, unschedule, start, withhold, finish. Raises ``Refused``."""
    if action not in {"schedule", "unschedule", "start", "withhold", "finish"}:
        raise ValueError(action)
    _move(issue, action, user, note)


def check(issue: Issue, action: str, user: Actor | None) -> None:
    """Raises ``NotPermitted`` or ``Refused`` where this person can't do this now; says nothing where they can."""
    transition = TRANSITIONS[action]
    if transition.permission and not (user and _may(user, transition.permission)):
        name = user.get_username() if user else "nobody"
        raise NotPermitted(f"{name} may not {action} an issue; the permission is newsletter.{transition.permission}.")
    if issue.status not in transition.origins:
        allowed = ", ".join(transition.origins)
        raise Refused(f"{issue.slug} is {issue.status}; to {action} it must be {allowed}.")


def second_person_problem(issue: Issue, user: Actor) -> str | None:
    """Why this person can't approve this issue although their role may, or ``None``."""
    involved = {issue.last_editor_id, issue.submitted_by_id}
    if user.pk not in involved or not needs_second_person(issue.newsletter):
        return None
    return f"{user.get_username()} edited or submitted {issue.slug}; a second person must approve it."


def needs_second_person(newsletter: Newsletter) -> bool:
    """``auto`` asks for a second person as soon as there are two people who may approve."""
    if newsletter.second_person != SecondPerson.AUTO:
        return newsletter.second_person == SecondPerson.ALWAYS
    can_approve = (
        Q(is_superuser=True)
        | Q(groups__permissions__codename="approve_issue")
        | Q(user_permissions__codename="approve_issue")
    )
    return User.objects.filter(can_approve, is_active=True).distinct().count() >= 2


def blocking_problem(issue: Issue, rendition: Rendition | None = None) -> str | None:
    """How many findings of pre-flight block the issue (or its frozen rendition), and the first one, or ``None``."""
    blockers = inspection.blockers(issue, rendition)
    if not blockers:
        return None
    first = blockers[0]
    where = f"{first.place}: " if str(first.place) else ""
    return (
        f"{issue.slug} has {len(blockers)} findings that block; mend them first: {where}{first.message} {first.remedy}"
    )


def sending_problems(issue: Issue) -> list[str]:
    """Why the approved issue must not be frozen for sending: its approval's problems, or what blocks the very mail.

    Asked once for a campaign; ``approval_problems`` is the cheaper half, for every batch.
    """
    if problems := approval_problems(issue):
        return problems
    problem = blocking_problem(issue, issue.approved_rendition)
    return [problem] if problem else []


def approval_problems(issue: Issue) -> list[str]:
    """Why the issue's approval doesn't cover what it is now; empty: it does. Asked before freezing and sending."""
    rendition = issue.approved_rendition
    if rendition is None:
        return [f"{issue.slug} is not approved."]
    problems = []
    if not renditions.is_intact(rendition):
        problems.append(f"the stored rendition {rendition.hash[:12]} is not the one that was approved.")
    if renditions.inputs_hash(issue) != rendition.inputs_hash:
        problems.append(f"content, look or sender of {issue.slug} changed after it was approved; approve it again.")
    if _audience(issue).hash != issue.approved_audience:
        problems.append(f"the audience of {issue.slug} changed after it was approved; approve it again.")
    return problems


def _audience(issue: Issue) -> Audience:
    """As stored now: the newsletter at hand may be older."""
    return Audience(Newsletter.objects.values_list("mailing_list_id", flat=True).get(pk=issue.newsletter_id))


def _names(beginning: str, rendition: Rendition) -> bool:
    return len(beginning) >= SHORTEST_HASH and rendition.hash.startswith(beginning.lower())


def _may(user: Actor, permission: str) -> bool:
    return isinstance(user, User) and user.has_perm(f"newsletter.{permission}")


def _move(issue: Issue, action: str, user: User | None, note: str, **fields: Any) -> None:
    check(issue, action, user)
    transition = TRANSITIONS[action]
    if transition.note_required and not note.strip():
        raise Refused(f"To {action.replace('-', ' ')}, say why.")
    rendition: Rendition | None = fields.get("approved_rendition", issue.approved_rendition)
    with transaction.atomic():
        moved = Issue.objects.filter(pk=issue.pk, status=issue.status, version=issue.version).update(
            status=transition.target, version=issue.version + 1, updated_at=timezone.now(), **fields
        )
        if moved != 1:
            raise Refused(f"{issue.slug} was changed by somebody else just now; look at it again.")
        IssueTransition.objects.create(
            issue=issue,
            action=action,
            from_status=issue.status,
            to_status=transition.target,
            user=user,
            rendition_hash=rendition.hash if rendition else "",
            note=note,
        )
    issue.refresh_from_db()
