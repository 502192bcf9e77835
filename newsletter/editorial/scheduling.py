"""Scheduling from the desk: who may now, what was chosen, and scheduling anew what waits already."""

from __future__ import annotations

import dataclasses
import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from newsletter import workflow
from newsletter.delivery import campaigns
from newsletter.errors import Refused
from newsletter.models import Campaign, CampaignStatus, Issue, IssueStatus, LatePolicy


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """``at``: ``None`` is now, as soon as it can't be undone any more. ``canary``: how many are mailed before the
    others; ``None``: all at once."""

    at: datetime.datetime | None
    late_policy: LatePolicy
    late_minutes: int
    canary: int | None
    canary_minutes: int


def refusal(issue: Issue, user: User) -> str | None:
    """Why this person can't schedule the issue now (or, where it is scheduled, schedule it anew), or ``None``."""
    anew = issue.status == IssueStatus.SCHEDULED
    try:
        workflow.check(issue, "unschedule" if anew else "schedule", user)
    except Refused as refused:
        return str(refused)
    if anew and not waiting(issue):
        return _("%(issue)s is being sent already.") % {"issue": issue.slug}
    return " ".join(workflow.sending_problems(issue)) or None


def waiting(issue: Issue) -> Campaign | None:
    """The issue's campaign that has not begun, if it has one."""
    campaign = campaigns.live_campaign(issue)
    return campaign if campaign and campaign.status == CampaignStatus.SCHEDULED else None


@transaction.atomic
def schedule(issue: Issue, user: User, choice: Choice) -> Campaign:
    """Schedule the issue as chosen; what waits already is taken back first, or stays where that is refused.

    Raises ``Refused``.
    """
    if issue.status == IssueStatus.SCHEDULED:
        campaigns.unschedule(issue, user, _("scheduled anew"))
    return campaigns.schedule(issue, user, **dataclasses.asdict(choice))


def check_rendition(issue: Issue, seen: str) -> None:
    """Raises ``Refused`` where the approval is of another rendition than the one that was looked at."""
    rendition = issue.approved_rendition
    if rendition is None or rendition.hash != seen:
        raise Refused(
            _("%(issue)s was approved again since you looked at it; look at it again.") % {"issue": issue.slug}
        )
