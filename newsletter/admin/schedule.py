"""Scheduling in three steps: options, the final review, and the word. Nothing is kept between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from newsletter import local_time
from newsletter.admin import desk, schedule_words, scheduled
from newsletter.admin.schedule_form import ScheduleForm
from newsletter.delivery import campaigns
from newsletter.editorial import scheduling
from newsletter.errors import Refused
from newsletter.models import Issue, IssueStatus
from newsletter.reports.forecast import forecast

Guard = Callable[[Any], Any]
zone = scheduled.zone


def urls(guard: Guard) -> list[URLPattern]:
    """The addresses beneath an issue's; ``guard`` is the admin's own."""
    return [
        path("<int:issue_id>/schedule/", guard(options_view), name="newsletter_issue_schedule"),
        path("<int:issue_id>/schedule/review/", guard(final_view), name="newsletter_issue_schedule_review"),
        *scheduled.urls(guard),
    ]


def offered(issue: Issue, user: User) -> bool:
    """Whether to show the way to these pages for an approved issue; what is scheduled is rescheduled from its bar."""
    return issue.status == IssueStatus.APPROVED and not scheduling.refusal(issue, user)


@require_safe
def options_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """The first step; with a query, as it was filled in before."""
    issue = desk.issue_for(request, issue_id)
    if problem := scheduling.refusal(issue, desk.person(request)):
        return _to_review(request, issue, problem)
    waiting = scheduling.waiting(issue)
    return _options(request, issue, ScheduleForm(issue.newsletter, request.GET or None, waiting=waiting))


@require_http_methods(["GET", "HEAD", "POST"])
def final_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """The second step, which shows what would happen, and the POST that makes it so. What can't be read leads back to
    the first step, as it was typed."""
    issue = desk.issue_for(request, issue_id)
    problem = scheduling.refusal(issue, desk.person(request))
    if problem and request.method == "POST":
        return desk.refused(request, issue, "schedule", Refused(problem))
    if problem:
        return _to_review(request, issue, problem)
    form = ScheduleForm(issue.newsletter, request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return _options(request, issue, form)
    return _carry_out(request, issue, form) if request.method == "POST" else _final(request, issue, form)


def _carry_out(request: HttpRequest, issue: Issue, form: ScheduleForm) -> HttpResponse:
    try:
        desk.check_seen(issue, request.POST.get("version", ""))
        scheduling.check_rendition(issue, request.POST.get("rendition", ""))
        campaign = scheduling.schedule(issue, desk.person(request), form.choice)
    except Refused as problem:
        messages.error(request, str(problem))
        return HttpResponseRedirect(_options_address(issue, form))
    messages.success(request, schedule_words.done(campaign, issue.newsletter.time_zone))
    return HttpResponseRedirect(desk.review_url(issue, "scheduled"))


def _options(request: HttpRequest, issue: Issue, form: ScheduleForm) -> HttpResponse:
    context = {"form": form, "recipients": forecast(issue.newsletter).recipients, "step": 1}
    return _page(request, issue, "options", context)


def _final(request: HttpRequest, issue: Issue, form: ScheduleForm) -> HttpResponse:
    expected = forecast(issue.newsletter)
    context = {
        "step": 2,
        "chosen": _chosen(form),
        "choice": form.choice,
        "when": schedule_words.when(form.choice, issue.newsletter.time_zone),
        "forecast": expected,
        "exclusions": schedule_words.exclusions(expected.exclusions),
        "duration": local_time.span(expected.duration),
        "warnings": schedule_words.warnings(expected, form.choice),
        "undo": int(campaigns.undo_window().total_seconds()),
        "rendition": issue.approved_rendition,
        "back_to_options": _options_address(issue, form),
    }
    return _page(request, issue, "final", context)


def _page(request: HttpRequest, issue: Issue, name: str, context: dict[str, Any]) -> HttpResponse:
    waiting = scheduling.waiting(issue)
    shared = {
        **admin.site.each_context(request),
        "title": schedule_words.title(anew=waiting is not None),
        "opts": issue._meta,
        "issue": issue,
        "mailing_list": issue.newsletter.mailing_list,
        "scheduled_for": waiting and schedule_words.start(waiting, issue.newsletter.time_zone),
    }
    return TemplateResponse(request, f"admin/newsletter/issue/schedule/{name}.html", {**shared, **context})


def _to_review(request: HttpRequest, issue: Issue, problem: str) -> HttpResponse:
    messages.error(request, problem)
    return HttpResponseRedirect(desk.review_url(issue))


def _chosen(form: ScheduleForm) -> dict[str, str]:
    """What was filled in, to travel to the next step."""
    return {name: form.data[name] for name in form.fields if form.data.get(name)}


def _options_address(issue: Issue, form: ScheduleForm) -> str:
    """Of the first step, as it was filled in."""
    return f"{reverse('admin:newsletter_issue_schedule', args=[issue.pk])}?{urlencode(_chosen(form))}"
