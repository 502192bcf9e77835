"""The review page: one screen with everything that a decision about an issue needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from newsletter.admin import (
    acknowledgements,
    changes,
    corrections,
    desk,
    discussion,
    inbox_line,
    previews,
    schedule,
    sharing,
    steps,
    test_sends,
    words,
)
from newsletter.models import Issue, IssueTransition
from newsletter.waiting import waited_for

ZONES = {
    "scheduled": schedule.zone,
    "inbox": inbox_line.zone,
    "preview": previews.zone,
    "findings": acknowledgements.zone,
    "changes": changes.zone,
    "discussion": discussion.zone,
    "tests": test_sends.zone,
    "links": sharing.zone,
    "web": corrections.zone,
}
MOST_TRANSITIONS = 50


def urls(guard: Callable[[Any], Any]) -> list[URLPattern]:
    return [path("<int:issue_id>/review/", guard(review_view), name="newsletter_issue_review")]


@require_safe
def review_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    issue = desk.issue_for(request, issue_id)
    review = desk.review_of(request, issue)
    transitions = list(issue.transitions.select_related("user")[:MOST_TRANSITIONS])
    offer = steps.offer(issue, review.user, lambda: review.findings)
    context = {
        **admin.site.each_context(request),
        **{name: zone(review) for name, zone in ZONES.items()},
        "title": issue.title,
        "opts": issue._meta,
        "issue": issue,
        "review": review,
        "waiting": waited_for(issue),
        "offer": offer,
        "steps": [step for step in offer.steps if step.name != "unschedule"],  # which stands in the schedule's bar
        "can_schedule": schedule.offered(issue, review.user),
        "since": _since(issue, transitions),
        "history": [(move, words.action(move.action)) for move in transitions],
    }
    return TemplateResponse(request, "admin/newsletter/issue/review.html", context)


def _since(issue: Issue, transitions: list[IssueTransition]) -> IssueTransition | None:
    """The move that brought the issue where it is; ``None`` where it was made so."""
    arrived = (each for each in transitions if not each.refused and each.from_status != each.to_status)
    return next((each for each in arrived if each.to_status == issue.status), None)
