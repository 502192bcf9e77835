"""Correcting and withdrawing the web page of a sent issue."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from newsletter import content, workflow
from newsletter.admin import desk
from newsletter.admin.compared import differences
from newsletter.delivery.letters import web_url
from newsletter.digest.errors import DigestError
from newsletter.digest_words import told, why_refused
from newsletter.editorial import corrections
from newsletter.errors import Refused
from newsletter.models import Issue, IssueStatus

Guard = Callable[[Any], Any]
METHODS = ["GET", "HEAD", "POST"]
PUBLIC = (IssueStatus.SENDING, IssueStatus.SENT)


@dataclasses.dataclass(frozen=True, slots=True)
class Trouble:
    """Why something wasn't saved; with the line that it is about, and what stands there."""

    message: str
    line: int | None = None
    excerpt: str = ""


def urls(guard: Guard) -> list[URLPattern]:
    """The addresses beneath an issue's; ``guard`` is the admin's own."""
    return [
        path("<int:issue_id>/correct/", guard(correct_view), name="newsletter_issue_correct"),
        path("<int:issue_id>/withdraw/", guard(withdraw_view), name="newsletter_issue_withdraw"),
    ]


def zone(review: desk.Review) -> dict[str, Any]:
    """What ``zones/web.html`` shows: the public page and what was done to it; nothing before there is one."""
    issue = review.issue
    if issue.status not in PUBLIC:
        return {}
    allowed = {action: not refusal(issue, review.user, action) for action in ("correct", "withdraw")}
    return {
        "shown": True,
        "url": web_url(issue.newsletter.slug, issue.slug),
        "corrections": issue.corrections.select_related("user").defer("document"),
        "may": allowed,
    }


@require_http_methods(METHODS)
def correct_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """The digest of what the page says, to be corrected: checked first, if one likes, and saved with a note."""
    issue = desk.issue_for(request, issue_id)
    if problem := refusal(issue, desk.person(request), "correct"):
        return _refuse(request, issue, "correct", problem)
    if request.method == "POST":
        return _corrected(request, issue)
    try:
        text, problems = content.written(corrections.published(issue).document), []
    except DigestError as error:
        said = _("No digest can say what this page says: %(problem)s") % {"problem": why_refused(error)}
        text, problems = "", [Trouble(said)]
    return _form(request, issue, text=text, problems=problems)


def _corrected(request: HttpRequest, issue: Issue) -> HttpResponse:
    text, note = request.POST.get("text", ""), request.POST.get("note", "").strip()
    typed: dict[str, Any] = {"text": text, "note": note}
    act, user = request.POST.get("act"), desk.person(request)
    if act != "check" and not note:
        return _form(request, issue, **typed, note_problem=_("Say what was corrected; readers see it."))
    try:
        desk.check_seen(issue, request.POST.get("version", ""))
        if act == "check":
            return _form(request, issue, **typed, proposal=corrections.propose(issue, text))
        if act == "revert":
            corrections.revert(issue, user, note=note)
        else:
            corrections.correct(issue, user, text=text, note=note)
    except DigestError as error:
        return _form(request, issue, **typed, problems=_troubles(error, text))
    except Refused as problem:
        return _form(request, issue, **typed, problems=[Trouble(str(problem))])
    messages.success(request, _("The web page is corrected."))
    return HttpResponseRedirect(desk.review_url(issue, "web"))


def _troubles(error: DigestError, text: str) -> list[Trouble]:
    lines = text.splitlines()
    return [
        Trouble(told(each), each.line, lines[each.line - 1] if each.line and each.line <= len(lines) else "")
        for each in error.problems
    ]


def _form(request: HttpRequest, issue: Issue, **shown: Any) -> HttpResponse:
    proposal = shown.get("proposal")
    context = {
        **admin.site.each_context(request),
        "title": _("Correct the web page"),
        "opts": issue._meta,
        "issue": issue,
        "corrected": issue.corrections.exists(),
        "differences": differences(proposal.comparison) if proposal else (),
        **shown,
    }
    bad = shown.get("problems") or shown.get("note_problem")
    status = 422 if bad and request.method == "POST" else 200
    return TemplateResponse(request, "admin/newsletter/issue/correct.html", context, status=status)


@require_http_methods(METHODS)
def withdraw_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Take the page away, or show it again where it is withdrawn."""
    issue = desk.issue_for(request, issue_id)
    action = "restore" if issue.withdrawn_at else "withdraw"
    if problem := refusal(issue, desk.person(request), action):
        return _refuse(request, issue, action, problem)
    if request.method != "POST":
        return _ask(request, issue)
    note = request.POST.get("note", "").strip()
    if action == "withdraw" and not note:
        return _ask(request, issue, note_problem=_("Say why; readers see it where the page was."))
    try:
        desk.check_seen(issue, request.POST.get("version", ""))
        (workflow.restore if issue.withdrawn_at else workflow.withdraw)(issue, desk.person(request), note)
    except Refused as problem:
        return _ask(request, issue, note=note, problems=[Trouble(str(problem))])
    done = _("The web page is withdrawn.") if issue.withdrawn_at else _("The web page is shown again.")
    messages.success(request, done)
    return HttpResponseRedirect(desk.review_url(issue, "web"))


def _ask(request: HttpRequest, issue: Issue, **shown: Any) -> HttpResponse:
    title = _("Show the web page again") if issue.withdrawn_at else _("Withdraw the web page")
    context = {**admin.site.each_context(request), "title": title, "opts": issue._meta, "issue": issue, **shown}
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(request, "admin/newsletter/issue/withdraw.html", context, status=status)


def refusal(issue: Issue, user: Any, action: str) -> Refused | None:
    """Why this person can't do this to the page now, or ``None``."""
    try:
        workflow.check(issue, action, user)
    except Refused as problem:
        return problem
    return None


def _refuse(request: HttpRequest, issue: Issue, action: str, problem: Refused) -> HttpResponse:
    """What was posted is refused and audited; who only looked is told and led back."""
    if request.method == "POST":
        return desk.refused(request, issue, action, problem)
    messages.error(request, str(problem))
    return HttpResponseRedirect(desk.review_url(issue))
