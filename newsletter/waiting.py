"""Who is being waited for, and for what."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from newsletter import local_time, people, workflow
from newsletter.models import Campaign, CampaignStatus, Issue, IssueStatus

S = IssueStatus
NAMED = 4  # people; of more, only how many


@dataclasses.dataclass(frozen=True, slots=True)
class Waiting:
    """``text``: what comes next, in a sentence. ``people``: those of whom one must act; none where time will."""

    text: str
    people: tuple[User, ...] = ()

    @property
    def names(self) -> str:
        """``lin, mei``; empty where nobody is waited for."""
        named = [user.get_username() for user in self.people[:NAMED]]
        if more := len(self.people) - len(named):
            named.append(_("%(count)d more") % {"count": more})
        return ", ".join(named)


def waited_for(issue: Issue) -> Waiting:
    """What the issue waits for now. Three queries at most."""
    return _AT[IssueStatus(issue.status)](issue)


def _submission(issue: Issue) -> Waiting:
    text = _("It waits to be submitted for review.")
    return Waiting(text, _known(issue.last_editor) or tuple(people.who_may("submit_issue")))


def _review(issue: Issue) -> Waiting:
    return Waiting(_("It waits for a review."), tuple(workflow.reviewers(issue, issue.submitted_by)))


def _changes(issue: Issue) -> Waiting:
    authors = _known(issue.submitted_by, issue.last_editor) or tuple(people.who_may("submit_issue"))
    return Waiting(_("It waits for the requested changes, and to be submitted again."), authors)


def _schedule(_issue: Issue) -> Waiting:
    return Waiting(_("It waits to be scheduled."), tuple(people.who_may("schedule_issue")))


def _start(issue: Issue) -> Waiting:
    campaign = _campaign(issue)
    if campaign is None:
        return Waiting(_("Its sending is being prepared."))
    if campaign.reason:
        return Waiting(_("It is held, and waits for somebody to let it go or to unschedule it."), _operators())
    start = local_time.show_ahead(max(campaign.send_at, campaign.undo_until), issue.newsletter.time_zone)
    return Waiting(_("Sending starts: %(time)s.") % {"time": start})


def _sending(issue: Issue) -> Waiting:
    campaign = _campaign(issue)
    if campaign and campaign.status == CampaignStatus.PAUSED:
        return Waiting(_("Sending is paused, and waits for somebody to resume or to cancel it."), _operators())
    return Waiting(_("It is being sent."))


def _nothing(_issue: Issue) -> Waiting:
    return Waiting("")


_AT: dict[IssueStatus, Callable[[Issue], Waiting]] = {
    S.DRAFT: _submission,
    S.IN_REVIEW: _review,
    S.CHANGES_REQUESTED: _changes,
    S.APPROVED: _schedule,
    S.SCHEDULED: _start,
    S.SENDING: _sending,
    S.SENT: _nothing,
    S.ARCHIVED: _nothing,
}


def _campaign(issue: Issue) -> Campaign | None:
    return Campaign.objects.filter(issue=issue).exclude(status=CampaignStatus.CANCELLED).first()


def _operators() -> tuple[User, ...]:
    return tuple(people.who_may("pause_campaign"))


def _known(*users: User | None) -> tuple[User, ...]:
    """Those of them who are there and at work, each once."""
    return tuple(dict.fromkeys(user for user in _there(users) if user.is_active))


def _there(users: Iterable[User | None]) -> list[User]:
    return [user for user in users if user is not None]
