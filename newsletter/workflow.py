"""The issue's transition table: the only writer of ``Issue.status``.

Every move asks who may, what must hold, then is one conditional UPDATE that must change one row, with its audit row in
the same transaction. Editing, importing and sending all come through here.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletter import approvals, inspection, notices, people, renditions
from newsletter.errors import NotPermitted, Refused
from newsletter.models import Issue, IssueStatus, IssueTransition, Newsletter, NoticeKind, Rendition, SecondPerson
from newsletter.preflight import table
from newsletter.preflight.findings import Finding
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
    # Of the web page alone; what was mailed stays what it was.
    "correct": Transition((S.SENT,), S.SENT, "correct_issue", note_required=True),
    "withdraw": Transition((S.SENT,), S.SENT, "withdraw_issue", note_required=True),
    "restore": Transition((S.SENT,), S.SENT, "withdraw_issue"),
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
        raise Refused(_("%(issue)s is approved already, and nothing has changed since.") % {"issue": issue.slug})
    if problem := second_person_problem(issue, user):
        raise Refused(problem)
    with transaction.atomic():
        if problem := blocking_problem(issue):
            raise Refused(problem)
        rendition = renditions.freeze(issue)
        if rendition_hash is not None and not _names(rendition_hash, rendition):
            said = {"issue": issue.slug, "hash": rendition.hash[:12], "named": repr(rendition_hash[:12])}
            raise Refused(
                _(
                    "%(issue)s is no longer what you approved: it is %(hash)s now, "
                    "you named %(named)s. Look at it again."
                )
                % said
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
        said = {"issue": issue.slug, "status": issue.get_status_display()}
        raise Refused(_("%(issue)s is %(status)s; it can't be edited any more.") % said)
    if issue.status in TRANSITIONS["edit"].origins:
        _move(issue, "edit", user, note, approved_rendition=None, approved_audience="")


def correct(issue: Issue, user: User, note: str) -> None:
    """Audit a correction of a sent issue's web page. Raises ``Refused``. In the correction's own transaction."""
    _move(issue, "correct", user, note)


def withdraw(issue: Issue, user: User, note: str) -> None:
    """Take a sent issue's web page away; readers see the note. Raises ``Refused``."""
    if issue.withdrawn_at is not None:
        raise Refused(_("The web page of %(issue)s is withdrawn already.") % {"issue": issue.slug})
    _move(issue, "withdraw", user, note, withdrawn_at=timezone.now(), withdrawal_note=note)


def restore(issue: Issue, user: User, note: str = "") -> None:
    """Show a withdrawn web page again. Raises ``Refused``."""
    if issue.withdrawn_at is None:
        raise Refused(_("The web page of %(issue)s is not withdrawn.") % {"issue": issue.slug})
    _move(issue, "restore", user, note, withdrawn_at=None, withdrawal_note="")


def record(issue: Issue, action: str, user: User | None, note: str = "") -> None:
    """Audit what was done about the issue without moving it."""
    IssueTransition.objects.create(
        issue=issue, action=action, from_status=issue.status, to_status=issue.status, user=user, note=note
    )


def record_refusal(issue: Issue, action: str, user: User, reason: str) -> None:
    """Audit that somebody tried a step that was refused. Changes nothing else."""
    IssueTransition.objects.create(
        issue=issue,
        action=action,
        from_status=issue.status,
        to_status=issue.status,
        user=user,
        refused=True,
        note=reason,
    )


def advance(issue: Issue, action: str, user: User | None = None, note: str = "") -> None:
    """The moves that sending makes: schedule, unschedule, start, withhold, finish. Raises ``Refused``."""
    if action not in {"schedule", "unschedule", "start", "withhold", "finish"}:
        raise ValueError(action)
    _move(issue, action, user, note)


def check(issue: Issue, action: str, user: Actor | None) -> None:
    """Raises ``NotPermitted`` or ``Refused`` where this person can't do this now; says nothing where they can."""
    transition = TRANSITIONS[action]
    if transition.permission and not (user and _may(user, transition.permission)):
        name, permission = user.get_username() if user else _("nobody"), f"newsletter.{transition.permission}"
        who = {"name": name, "action": action, "permission": permission}
        raise NotPermitted(_("%(name)s may not %(action)s an issue; the permission is %(permission)s.") % who)
    if issue.status not in transition.origins:
        allowed = ", ".join(transition.origins)
        said = {"issue": issue.slug, "status": issue.status, "action": action, "allowed": allowed}
        raise Refused(_("%(issue)s is %(status)s; to %(action)s it must be %(allowed)s.") % said)


def second_person_problem(issue: Issue, user: Actor) -> str | None:
    """Why this person can't approve this issue although their role may, or ``None``."""
    involved = {issue.last_editor_id, issue.submitted_by_id}
    if user.pk not in involved or not needs_second_person(issue.newsletter):
        return None
    said = {"name": user.get_username(), "issue": issue.slug}
    return _("%(name)s edited or submitted %(issue)s; a second person must approve it.") % said


def needs_second_person(newsletter: Newsletter) -> bool:
    """``auto`` asks for a second person as soon as there are two people who may approve."""
    if newsletter.second_person != SecondPerson.AUTO:
        return newsletter.second_person == SecondPerson.ALWAYS
    return people.who_may("approve_issue").count() >= 2


def blocking_problem(issue: Issue, rendition: Rendition | None = None) -> str | None:
    """How many findings of pre-flight block the issue (or its frozen rendition), and the first one, or ``None``."""
    return blockers_in_words(issue, inspection.inspect(issue, rendition))


def blockers_in_words(issue: Issue, findings: tuple[Finding, ...]) -> str | None:
    """The same of findings that are at hand."""
    blockers = table.blockers(findings)
    if not blockers:
        return None
    first = blockers[0]
    said = {
        "issue": issue.slug,
        "count": len(blockers),
        "where": f"{first.place}: " if str(first.place) else "",
        "what": f"{first.message} {first.remedy}",
    }
    return (
        ngettext(
            "%(issue)s has %(count)d finding that blocks; mend it first: %(where)s%(what)s",
            "%(issue)s has %(count)d findings that block; mend them first: %(where)s%(what)s",
            len(blockers),
        )
        % said
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
        return [_("%(issue)s is not approved.") % {"issue": issue.slug}]
    problems = []
    if not renditions.is_intact(rendition):
        said = {"hash": rendition.hash[:12]}
        problems.append(_("the stored rendition %(hash)s is not the one that was approved.") % said)
    since: list[str] = []
    if renditions.inputs_hash(issue) != rendition.inputs_hash:
        since += approvals.changes_since(rendition, issue).words or (_("content, look or sender changed"),)
    if _audience(issue).hash != issue.approved_audience:
        since.append(_("audience changed"))
    if since:
        said = {"issue": issue.slug, "hash": rendition.hash[:6], "since": ", ".join(since)}
        problems.append(_("%(issue)s: approved %(hash)s; since then: %(since)s. Approve it again.") % said)
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
        raise Refused(_("To %(action)s, say why.") % {"action": action.replace("-", " ")})
    rendition: Rendition | None = fields.get("approved_rendition", issue.approved_rendition)
    with transaction.atomic():
        moved = Issue.objects.filter(pk=issue.pk, status=issue.status, version=issue.version).update(
            status=transition.target, version=issue.version + 1, updated_at=timezone.now(), **fields
        )
        if moved != 1:
            said = {"issue": issue.slug}
            raise Refused(_("%(issue)s was changed by somebody else just now; look at it again.") % said)
        IssueTransition.objects.create(
            issue=issue,
            action=action,
            from_status=issue.status,
            to_status=transition.target,
            user=user,
            rendition_hash=rendition.hash if rendition else "",
            note=note,
        )
        _tell(issue, action, user, note)
    issue.refresh_from_db()


def _tell(issue: Issue, action: str, user: User | None, note: str) -> None:
    """Whoever is waited for after this move."""
    match action:
        case "submit":
            notices.tell(reviewers(issue, user), issue, NoticeKind.SUBMITTED, by=user, note=note)
        case "request-changes":
            notices.tell(_authors(issue), issue, NoticeKind.CHANGES_REQUESTED, by=user, note=note)
        case "approve":
            notices.tell(_authors(issue), issue, NoticeKind.APPROVED, by=user, note=note)
        case "withhold" if user is None:
            notices.tell(people.who_may("schedule_issue"), issue, NoticeKind.WITHHELD, note=note)


def reviewers(issue: Issue, submitter: User | None) -> list[User]:
    """Who may approve what this person has submitted."""
    may = people.who_may("approve_issue")
    if not needs_second_person(issue.newsletter):
        return list(may)
    involved = {issue.last_editor_id, submitter.pk if submitter else None}
    return [user for user in may if user.pk not in involved]


def _authors(issue: Issue) -> QuerySet[User]:
    return User.objects.filter(pk__in=[pk for pk in (issue.submitted_by_id, issue.last_editor_id) if pk])
