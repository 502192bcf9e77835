"""What waits, goes out and went out: the desk's dashboard, of what its reader may see."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from newsletter import workflow
from newsletter.models import Campaign, CampaignStatus, Issue, IssueStatus
from newsletter.reports.campaigns import CampaignReport, campaign_reports
from newsletter.reports.expected import Expected, upcoming
from newsletter.reports.lines import lines, of_issue

S, C = IssueStatus, CampaignStatus
MOVING = (C.PREPARING, C.SENDING, C.PAUSED)
MOST = 20  # of a block; the list of issues shows all
LATELY = 5


@dataclasses.dataclass(frozen=True, slots=True)
class Sending:
    """A campaign; ``report`` is ``None`` for who may not see its numbers."""

    campaign: Campaign
    report: CampaignReport | None

    @property
    def done(self) -> int | None:
        """Percent of the recipients that are neither pending nor submitting; ``None`` before the freeze."""
        report = self.report
        if not report or not report.recipients:
            return None
        return 100 * (report.recipients - report.pending - report.submitting) // report.recipients

    @property
    def delivered_percent(self) -> float | None:
        """Of the recipients."""
        report = self.report
        return 100 * report.delivered / report.recipients if report and report.recipients else None


@dataclasses.dataclass(frozen=True, slots=True)
class Live:
    """What moves. ``seen`` names it, so that a change of more than numbers is noticed; ``every`` is in seconds."""

    moving: list[Sending]
    scheduled: list[Campaign]
    seen: str
    every: int | None


@dataclasses.dataclass(frozen=True, slots=True)
class Content:
    """What waits for people. ``to_review`` is ``None`` for who may not approve."""

    to_review: list[Issue] | None
    waiting: list[Issue]  # for somebody else's review
    own: list[Issue]
    approved: list[Issue]


@dataclasses.dataclass(frozen=True, slots=True)
class Desk:
    """``content`` is ``None`` for who doesn't work on issues."""

    content: Content | None
    live: Live
    sent: list[Sending]
    expected: list[Expected]


def desk_of(user: User) -> Desk | None:
    """``None`` for somebody who may not look at issues. The same number of queries, however many there are."""
    if not user.has_perm("newsletter.view_issue"):
        return None
    content = content_of(user) if user.has_perm("newsletter.change_issue") else None
    return Desk(content, live_of(user), _sendings(user, _ended_last()), upcoming())


def content_of(user: User) -> Content:
    own = Q(status__in=(S.CHANGES_REQUESTED, S.DRAFT)) & (Q(last_editor=user) | Q(submitted_by=user))
    in_review, approves = _issues(Q(status=S.IN_REVIEW)), user.has_perm("newsletter.approve_issue")
    theirs = _approvable(in_review, user) if approves else set()
    return Content(
        to_review=[issue for issue in in_review if issue.pk in theirs] if approves else None,
        waiting=[issue for issue in in_review if issue.pk not in theirs],
        own=_issues(own),
        approved=_issues(Q(status=S.APPROVED)),
    )


def live_of(user: User) -> Live:
    unfinished = list(_campaigns().filter(status__in=(*MOVING, C.SCHEDULED)).order_by("send_at", "pk")[: 2 * MOST])
    moving = [campaign for campaign in unfinished if campaign.status in MOVING]
    scheduled = [campaign for campaign in unfinished if campaign.status == C.SCHEDULED]
    seen = ".".join(f"{campaign.pk}{campaign.status}{'!' if campaign.reason else ''}" for campaign in unfinished)
    return Live(_sendings(user, moving), scheduled, seen, 2 if moving else 15 if scheduled else None)


def _issues(which: Q) -> list[Issue]:
    """The longest untouched first."""
    related = Issue.objects.filter(which).select_related("last_editor", "submitted_by")
    return list(lines(related).order_by("updated_at", "pk")[:MOST])


def _approvable(issues: Iterable[Issue], user: User) -> set[int]:
    """Those that the rule of the second person leaves to them; asked once for each kind of rule."""
    rules: dict[str, bool] = {}
    for newsletter in (issue.newsletter for issue in issues):
        if newsletter.second_person not in rules:
            rules[newsletter.second_person] = workflow.needs_second_person(newsletter)
    free = [issue for issue in issues if not rules[issue.newsletter.second_person]]
    uninvolved = [issue for issue in issues if user.pk not in {issue.last_editor_id, issue.submitted_by_id}]
    return {issue.pk for issue in (*free, *uninvolved)}


def _sendings(user: User, campaigns: Iterable[Campaign]) -> list[Sending]:
    wanted = list(campaigns)
    if not user.has_perm("newsletter.view_campaign"):
        return [Sending(campaign, None) for campaign in wanted]
    return [Sending(*pair) for pair in zip(wanted, campaign_reports(wanted), strict=True)]


def _ended_last() -> QuerySet[Campaign]:
    """In two queries: one that sorted them with their issues would read every issue's content on the way."""
    ended = Campaign.objects.filter(status__in=(C.FINISHED, C.CANCELLED), started_at__isnull=False)
    last = list(ended.order_by("-finished_at", "-pk").values_list("pk", flat=True)[:LATELY])
    return _campaigns().filter(pk__in=last).order_by("-finished_at", "-pk")


def _campaigns() -> QuerySet[Campaign]:
    return Campaign.objects.select_related("issue__newsletter").defer(*of_issue())
