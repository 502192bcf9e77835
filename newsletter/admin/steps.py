"""The steps of the desk as buttons: which of them wouldn't refuse now, for this person, and what each does."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from django.contrib.auth.models import User
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from newsletter import workflow
from newsletter.delivery import campaigns
from newsletter.errors import Refused
from newsletter.models import CampaignStatus, Issue, IssueStatus


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """``name`` is the workflow's name of the transition."""

    name: str
    label: str | Promise
    take: Callable[[Issue, User, str], object]
    explain: str | Promise
    done: str | Promise
    problem: Callable[[Issue, User], str | None] = lambda _issue, _user: None

    @property
    def note_required(self) -> bool:
        return workflow.TRANSITIONS[self.name].note_required


def _approve(issue: Issue, user: User, note: str) -> None:
    workflow.approve(issue, user, note=note)


def _approve_problem(issue: Issue, user: User) -> str | None:
    if issue.status == IssueStatus.APPROVED and not workflow.approval_problems(issue):
        return f"{issue.slug} is approved, and nothing has changed since."
    if problem := workflow.second_person_problem(issue, user):
        return problem
    return workflow.blocking_problem(issue)


def _unschedule_problem(issue: Issue, _user: User) -> str | None:
    campaign = campaigns.live_campaign(issue)
    if campaign is None or campaign.status != CampaignStatus.SCHEDULED:
        return f"{issue.slug} is being sent already."
    return None


STEPS = {
    step.name: step
    for step in (
        Step(
            "submit",
            _("Submit for review"),
            workflow.submit,
            _("An editor will look at it."),
            _("Submitted for review."),
        ),
        Step(
            "approve",
            _("Approve"),
            _approve,
            _("What is approved is, byte for byte, what is sent. Any later change needs a new approval."),
            _("Approved."),
            _approve_problem,
        ),
        Step(
            "request-changes",
            _("Request changes"),
            workflow.request_changes,
            _("The issue goes back to its editor, with your reason."),
            _("Changes requested."),
        ),
        Step(
            "unschedule",
            _("Unschedule"),
            campaigns.unschedule,
            _("Its campaign is cancelled before anything is sent; the issue stays approved."),
            _("Taken back; the issue is approved still."),
            _unschedule_problem,
        ),
        Step(
            "archive",
            _("Archive"),
            workflow.archive,
            _("The issue is put away. Nothing of it was sent."),
            _("Archived."),
        ),
    )
}


def offered(issue: Issue, user: User) -> list[Step]:
    """The steps that this person can take now."""
    return [step for step in STEPS.values() if not refusal(issue, user, step)]


def notices(issue: Issue, user: User) -> list[str]:
    """What is wrong with the approval that the issue has, and why a step of this person's can't be taken now."""
    approved = issue.status in {IssueStatus.APPROVED, IssueStatus.SCHEDULED}
    stale = workflow.approval_problems(issue) if approved else []
    mine = [step for step in STEPS.values() if _is_theirs(issue, user, step)]
    return [*stale, *(problem for step in mine if (problem := step.problem(issue, user)))]


def refusal(issue: Issue, user: User, step: Step) -> str | None:
    """Why this person can't take this step now, or ``None``."""
    try:
        workflow.check(issue, step.name, user)
    except Refused as refused:
        return str(refused)
    return step.problem(issue, user)


def _is_theirs(issue: Issue, user: User, step: Step) -> bool:
    try:
        workflow.check(issue, step.name, user)
    except Refused:
        return False
    return True
