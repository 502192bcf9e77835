"""The bar of an issue that is scheduled or being sent: when, by whom, and what can still be done about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from newsletter import local_time
from newsletter.admin import desk, steps
from newsletter.admin.desk import Review
from newsletter.delivery import campaigns
from newsletter.editorial import scheduling
from newsletter.errors import Refused
from newsletter.models import Campaign, CampaignStatus, Issue

Guard = Callable[[Any], Any]
S = CampaignStatus
UNDER_WAY = {S.SCHEDULED, S.PREPARING, S.SENDING, S.PAUSED}


def urls(guard: Guard) -> list[URLPattern]:
    return [
        path("<int:issue_id>/schedule/live/", guard(live_view), name="newsletter_issue_schedule_live"),
        path("<int:issue_id>/schedule/send-anyway/", guard(send_anyway_view), name="newsletter_issue_send_anyway"),
    ]


def zone(review: Review) -> dict[str, Any]:
    """What ``zones/scheduled.html`` shows: nothing, unless a campaign is under way."""
    issue, user = review.issue, review.user
    campaign = _under_way(issue)
    if campaign is None:
        return {}
    waits = campaign.status == S.SCHEDULED
    return {
        "campaign": campaign,
        "held": _is_held(campaign),
        **_times(campaign, issue.newsletter.time_zone),
        "unschedule": not steps.refusal(issue, user, steps.STEPS["unschedule"]),
        "reschedule": waits and not scheduling.refusal(issue, user),
        "send_anyway": not _send_anyway_problem(issue, campaign, user),
        "watch": user.has_perm("newsletter.view_campaign"),
        "seen": _seen(issue, campaign),
    }


def _times(campaign: Campaign, name: str) -> dict[str, Any]:
    """When it is sent, who said so and when, and how long that can be undone, all in the newsletter's zone."""
    now, start = timezone.now(), max(campaign.send_at, campaign.undo_until)
    first = campaign.transitions.select_related("user").filter(from_status="").last()
    undo = campaign.undo_until if _is_undoable(campaign) else None
    return {
        "start": local_time.show_ahead(start, name),
        "due": start <= now,
        "canary_until": campaign.canary_until and local_time.show(campaign.canary_until, name),
        "by": first.user if first else None,
        "scheduled_at": local_time.show(first.at, name) if first else "",
        "undo_until": undo and local_time.show(undo, name, seconds=True),
        "undo_seconds": int((undo - now).total_seconds()) if undo else 0,
    }


@require_safe
def live_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """In a word, how the issue stands: a page on which another word stands is out of date."""
    issue = desk.issue_for(request, issue_id)
    return HttpResponse(_seen(issue, _under_way(issue)), content_type="text/plain")


@require_POST
def send_anyway_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Let a held campaign start, however late it is. What is refused is a 403, and audited."""
    issue, user = desk.issue_for(request, issue_id), desk.person(request)
    campaign = _under_way(issue)
    problem = _send_anyway_problem(issue, campaign, user)
    if problem or campaign is None:
        return desk.refused(request, issue, "send-anyway", Refused(problem))
    try:
        desk.check_seen(issue, request.POST.get("version", ""))
        campaigns.resume(campaign, user, _("late, and sent anyway"))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("It is sent now, with the engine's next tick."))
    return HttpResponseRedirect(desk.review_url(issue, "scheduled"))


def _send_anyway_problem(issue: Issue, campaign: Campaign | None, user: User) -> str:
    """Why this person can't let the issue start late; empty: they can."""
    if campaign is None or not _is_held(campaign):
        return _("%(issue)s isn't held.") % {"issue": issue.slug}
    if not user.has_perm("newsletter.pause_campaign"):
        said = {"name": user.get_username(), "permission": "newsletter.pause_campaign"}
        return _("%(name)s may not send it late; the permission is %(permission)s.") % said
    return ""


def _under_way(issue: Issue) -> Campaign | None:
    campaign = campaigns.live_campaign(issue)
    return campaign if campaign and campaign.status in UNDER_WAY else None


def _is_held(campaign: Campaign) -> bool:
    return campaign.status == S.SCHEDULED and bool(campaign.reason)


def _is_undoable(campaign: Campaign) -> bool:
    return campaign.status == S.SCHEDULED and campaign.undo_until > timezone.now()


def _seen(issue: Issue, campaign: Campaign | None) -> str:
    if campaign is None:
        return str(issue.status)
    return f"{campaign.status}{'!' if campaign.reason else ''}{'~' if _is_undoable(campaign) else ''}"
