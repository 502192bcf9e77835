"""The steps of the desk as buttons: which of them wouldn't refuse now, for this person, and what each does."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from django.contrib.auth.models import User
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter import inspection, workflow
from newsletter.delivery import campaigns
from newsletter.errors import Refused
from newsletter.models import CampaignStatus, Issue, IssueStatus
from newsletter.preflight.findings import Finding

Findings = Callable[[], tuple[Finding, ...]]  # asked only where they matter: they cost a rendering


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """``name`` is the workflow's name of the transition."""

    name: str
    label: str | Promise
    take: Callable[[Issue, User, str, str | None], object]  # with a note, and the hash of the rendition that was seen
    explain: str | Promise
    done: str | Promise
    problem: Callable[[Issue, User, Findings], str | None] = lambda _issue, _user, _findings: None

    @property
    def note_required(self) -> bool:
        return workflow.TRANSITIONS[self.name].note_required


def _plain(take: Callable[[Issue, User, str], object]) -> Callable[[Issue, User, str, str | None], object]:
    """A step that doesn't ask which rendition was seen."""
    return lambda issue, user, note, _rendition: take(issue, user, note)


def _approve(issue: Issue, user: User, note: str, rendition: str | None) -> None:
    workflow.approve(issue, user, rendition_hash=rendition, note=note)


def _approve_problem(issue: Issue, user: User, findings: Findings) -> str | None:
    if issue.status == IssueStatus.APPROVED and not workflow.approval_problems(issue):
        return _("%(issue)s is approved, and nothing has changed since.") % {"issue": issue.slug}
    if problem := workflow.second_person_problem(issue, user):
        return problem
    return workflow.blockers_in_words(issue, findings())


def _unschedule_problem(issue: Issue, _user: User, _findings: Findings) -> str | None:
    campaign = campaigns.live_campaign(issue)
    if campaign is None or campaign.status != CampaignStatus.SCHEDULED:
        return _("%(issue)s is being sent already.") % {"issue": issue.slug}
    return None


STEPS = {
    step.name: step
    for step in (
        Step(
            "submit",
            gettext_lazy("Submit for review"),
            _plain(workflow.submit),
            gettext_lazy("An editor will look at it."),
            gettext_lazy("Submitted for review."),
        ),
        Step(
            "approve",
            gettext_lazy("Approve"),
            _approve,
            gettext_lazy("What is approved is, byte for byte, what is sent. Any later change needs a new approval."),
            gettext_lazy("Approved."),
            _approve_problem,
        ),
        Step(
            "request-changes",
            gettext_lazy("Request changes"),
            _plain(workflow.request_changes),
            gettext_lazy("The issue goes back to its editor, with your reason."),
            gettext_lazy("Changes requested."),
        ),
        Step(
            "unschedule",
            gettext_lazy("Unschedule"),
            _plain(campaigns.unschedule),
            gettext_lazy("Its campaign is cancelled before anything is sent; the issue stays approved."),
            gettext_lazy("Taken back; the issue is approved still."),
            _unschedule_problem,
        ),
        Step(
            "archive",
            gettext_lazy("Archive"),
            _plain(workflow.archive),
            gettext_lazy("The issue is put away. Nothing of it was sent."),
            gettext_lazy("Archived."),
        ),
    )
}


@dataclasses.dataclass(frozen=True, slots=True)
class Offer:
    """What this person can do about an issue now. ``notices``: what is wrong with the approval that it has, and why a
    step that the role allows can't be taken."""

    steps: tuple[Step, ...]
    notices: tuple[str, ...]


def offer(issue: Issue, user: User, findings: Findings) -> Offer:
    approved = issue.status in {IssueStatus.APPROVED, IssueStatus.SCHEDULED}
    said = workflow.approval_problems(issue) if approved else []
    steps = []
    for step in STEPS.values():
        if not _is_theirs(issue, user, step):
            continue
        if problem := step.problem(issue, user, findings):
            said.append(problem)
        else:
            steps.append(step)
    return Offer(tuple(steps), tuple(said))


def refusal(issue: Issue, user: User, step: Step) -> str | None:
    """Why this person can't take this step now, or ``None``."""
    try:
        workflow.check(issue, step.name, user)
    except Refused as refused:
        return str(refused)
    return step.problem(issue, user, lambda: inspection.inspect(issue))


def _is_theirs(issue: Issue, user: User, step: Step) -> bool:
    try:
        workflow.check(issue, step.name, user)
    except Refused:
        return False
    return True
