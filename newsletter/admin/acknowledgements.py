"""Findings on the review page, and the reasons why warnings may stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from newsletter import local_time
from newsletter.admin import desk
from newsletter.admin.desk import Review
from newsletter.admin.places import Places
from newsletter.editorial import acknowledgements
from newsletter.editorial.acknowledgements import Known
from newsletter.errors import Refused
from newsletter.models import Issue
from newsletter.preflight.findings import Finding

Guard = Callable[[Any], Any]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it may stand"),
        max_length=acknowledgements.LONGEST_REASON,
        widget=forms.Textarea({"rows": 3, "class": "vLargeTextField"}),
    )


def urls(guard: Guard) -> list[URLPattern]:
    """The addresses beneath an issue's; ``guard`` is the admin's own."""
    return [
        path("<int:issue_id>/acknowledge/", guard(acknowledge_view), name="newsletter_issue_acknowledge"),
        path("<int:issue_id>/take-back/", guard(take_back_view), name="newsletter_issue_take_back"),
    ]


def zone(review: Review) -> dict[str, Any]:
    """What ``zones/findings.html`` shows."""
    standing = acknowledgements.open_and_acknowledged(review.issue, review.findings)
    places = Places(review.issue, review.user)
    return {
        "any": bool(standing),
        "groups": [
            (_("Blockers"), "blockers", _placed(standing.blockers, places)),
            (_("Warnings"), "warnings", _placed(standing.open, places)),
        ],
        "notes": _placed(standing.notes, places),
        "acknowledged": _dated(standing.acknowledged, places, review.issue.newsletter.time_zone),
        "may_acknowledge": _may(review),
        "longest": acknowledgements.LONGEST_REASON,
    }


def open_warnings(review: Review) -> tuple[Finding, ...]:
    """The warnings that nobody has acknowledged, for whoever is about to approve."""
    return acknowledgements.open_warnings(review.issue, review.findings)


@require_POST
def acknowledge_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    issue, key = desk.issue_for(request, issue_id), request.POST.get("finding", "")
    try:
        acknowledgements.check(issue, desk.person(request))
    except Refused as problem:
        return desk.refused(request, issue, "acknowledge", problem)
    form = ReasonForm(request.POST)
    try:
        if not form.is_valid():
            return _ask_again(request, issue, key, form)
        acknowledgements.acknowledge(issue, key, form.cleaned_data["reason"], desk.person(request))
    except Refused as problem:
        messages.error(request, str(problem))
        return HttpResponseRedirect(desk.review_url(issue))
    return HttpResponseRedirect(desk.review_url(issue, "findings"))


@require_POST
def take_back_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    issue, user = desk.issue_for(request, issue_id), desk.person(request)
    try:
        acknowledgements.check(issue, user)
    except Refused as problem:
        return desk.refused(request, issue, "take-back", problem)
    try:
        acknowledgements.take_back(issue, request.POST.get("finding", ""), user)
    except Refused as problem:
        messages.error(request, str(problem))
        return HttpResponseRedirect(desk.review_url(issue))
    return HttpResponseRedirect(desk.review_url(issue, "findings"))


def _ask_again(request: HttpRequest, issue: Issue, key: str, form: ReasonForm) -> HttpResponse:
    finding = acknowledgements.warning(issue, key)
    context = {
        **admin.site.each_context(request),
        "title": _("Acknowledge a warning"),
        "issue": issue,
        "about": finding.message,
        "form": form,
        "hidden": {"finding": key},
        "address": reverse("admin:newsletter_issue_acknowledge", args=[issue.pk]),
        "label": _("Acknowledge"),
        "back": desk.review_url(issue, "findings"),
    }
    return TemplateResponse(request, "admin/newsletter/issue/again.html", context)


def _placed(known: Iterable[Known], places: Places) -> list[tuple[Known, str]]:
    return [(each, places.url(each.finding.place)) for each in known]


def _dated(known: Iterable[Known], places: Places, zone: str) -> list[tuple[Known, str, str]]:
    """Those that are acknowledged, with the time in the newsletter's zone."""
    dated = ((each, each.acknowledgement) for each in known)
    return [(each, places.url(each.finding.place), local_time.show(word.at, zone)) for each, word in dated if word]


def _may(review: Review) -> bool:
    try:
        acknowledgements.check(review.issue, review.user)
    except Refused:
        return False
    return True
