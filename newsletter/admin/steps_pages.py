"""Taking a step of the desk: a page that asks for a note, and the POST that takes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from newsletter.admin import desk, steps
from newsletter.errors import Refused


def urls(guard: Callable[[Any], Any]) -> list[URLPattern]:
    return [path("<int:issue_id>/step/<slug:name>/", guard(step_view), name="newsletter_issue_step")]


@require_http_methods(["GET", "HEAD", "POST"])
def step_view(request: HttpRequest, issue_id: int, name: str) -> HttpResponse:
    """Ask for a note and take one step of the desk. What is refused is a 403, and audited when it was tried."""
    issue = desk.issue_for(request, issue_id)
    if name not in steps.STEPS:
        raise Http404(name)
    step, user = steps.STEPS[name], desk.person(request)
    if request.method == "POST":
        return _take(request, issue, step)
    if problem := steps.refusal(issue, user, step):
        messages.error(request, problem)
        return HttpResponseRedirect(desk.review_url(issue))
    context = {**admin.site.each_context(request), "issue": issue, "step": step, "title": step.label}
    return TemplateResponse(request, "admin/newsletter/issue/step.html", {**context, "opts": issue._meta})


def _take(request: HttpRequest, issue: Any, step: steps.Step) -> HttpResponse:
    user, note = desk.person(request), request.POST.get("note", "").strip()
    if problem := steps.refusal(issue, user, step):
        return desk.refused(request, issue, step.name, Refused(problem))
    try:
        desk.check_seen(issue, request.POST.get("version", ""))
        step.take(issue, user, note, request.POST.get("rendition") or None)
    except Refused as problem:
        messages.error(request, str(problem))
        return HttpResponseRedirect(desk.review_url(issue))
    messages.success(request, str(step.done))
    return HttpResponseRedirect(desk.review_url(issue))
