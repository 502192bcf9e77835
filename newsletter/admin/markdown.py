"""The Markdown view of an issue, and the upload of a digest: both end in the one way of importing."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from newsletter import content, editing
from newsletter.admin import desk, remarks, typed, uploads
from newsletter.admin.headings import Headings
from newsletter.admin.remarks import Remark
from newsletter.admin.sidebyside import SideBySide, side_by_side
from newsletter.digest.comparison import Comparison, compare
from newsletter.digest.errors import DigestError
from newsletter.digest.reading import parse_digest
from newsletter.editorial import edits
from newsletter.errors import Refused
from newsletter.models import Issue

Guard = Callable[[Any], Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows. ``stored`` is the text of somebody else who saved meanwhile."""

    text: str | None
    version: str
    remarks: tuple[Remark, ...] = ()
    problem: str = ""
    checked: bool = False
    differences: SideBySide = dataclasses.field(default_factory=SideBySide)
    stored: str | None = None


def urls(guard: Guard) -> list[URLPattern]:
    """The addresses beneath an issue's; ``guard`` is the admin's own."""
    return [
        path("<int:issue_id>/markdown/", guard(markdown_view), name="newsletter_issue_markdown"),
        path("upload/", guard(uploads.upload_view), name="newsletter_issue_upload"),
    ]


@typed.bounded
@require_http_methods(["GET", "HEAD", "POST"])
def markdown_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """The whole issue as its digest, to be read, checked and saved."""
    issue = desk.issue_for(request, issue_id)
    why_not = edits.problem(issue, desk.person(request))
    if request.method != "POST":
        return _page(request, issue, _as_stored(request, issue), why_not)
    if why_not:
        return desk.refused(request, issue, "edit", Refused(why_not))
    text, version = typed.line_feeds(request.POST.get("text", "")), request.POST.get("version", "")
    if "check" in request.POST:
        return _page(request, issue, _checked(request, issue, text, version))
    return _save(request, issue, text, version)


def _save(request: HttpRequest, issue: Issue, text: str, version: str) -> HttpResponse:
    seen = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1
    try:
        done = editing.rewrite(issue, _bytes(text), user=desk.person(request), version=seen)
    except editing.ChangedMeanwhile:
        return _page(request, issue, _refused_for_another(issue, text))
    except DigestError as error:
        return _page(request, issue, Shown(text, version, tuple(remarks.of_refusal(error))))
    except Refused as refused:
        return _page(request, issue, Shown(text, version, problem=str(refused)))
    messages.success(request, _("Saved.") if done.changed else _("Nothing changed."))
    return HttpResponseRedirect(reverse("admin:newsletter_issue_markdown", args=[issue.pk]))


def _as_stored(request: HttpRequest, issue: Issue) -> Shown:
    try:
        text = content.export(issue)
        document = parse_digest(_bytes(text), issue.slug)
    except DigestError as error:
        return Shown(None, "", tuple(remarks.of_refusal(error)))
    told = [finding.code for finding in document.findings]
    found = remarks.of_preflight(desk.review_of(request, issue).findings, told, Headings(text, document))
    said = remarks.in_order([*remarks.of_import(document.findings), *found])
    return Shown(text, str(issue.version), tuple(said))


def _checked(request: HttpRequest, issue: Issue, text: str, version: str) -> Shown:
    """What saving would do, against what is stored now."""
    try:
        done = editing.rewrite(issue, _bytes(text), user=desk.person(request), version=issue.version, dry_run=True)
    except DigestError as error:
        return Shown(text, version, tuple(remarks.of_refusal(error)))
    except Refused as refused:
        return Shown(text, version, problem=str(refused))
    found = tuple(remarks.of_import(done.document.findings))
    return Shown(text, version, found, checked=True, differences=side_by_side(done.comparison))


def _refused_for_another(issue: Issue, text: str) -> Shown:
    """Both versions: what differs, the other's text, and what was typed, to be saved again if that is meant."""
    now = Issue.objects.select_related("newsletter", "last_editor").get(pk=issue.pk)
    who = now.last_editor.get_username() if now.last_editor else _("somebody")
    problem = _("%(who)s changed this issue while you were editing. Nothing is saved yet: save again to keep yours.")
    try:
        stored: str | None = content.export(now)
    except DigestError:
        stored = None
    found, comparison = _against(now, text)
    shown = Shown(text, str(now.version), tuple(found), problem % {"who": who}, differences=side_by_side(comparison))
    return dataclasses.replace(shown, stored=stored)


def _against(issue: Issue, text: str) -> tuple[list[Remark], Comparison | None]:
    try:
        document = parse_digest(_bytes(text), issue.slug)
    except DigestError as error:
        return remarks.of_refusal(error), None
    mine = editing.as_stored(document, issue.newsletter)
    return remarks.of_import(document.findings), compare(content.load(issue), mine)


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")  # what is no text is refused as such


def _page(request: HttpRequest, issue: Issue, shown: Shown, why_not: str | None = None) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": _("Markdown"),
        "opts": issue._meta,
        "issue": issue,
        "shown": shown,
        "lines": (shown.text or "").split("\n"),
        "noted": {remark.line for remark in shown.remarks},
        "why_not": why_not,
    }
    return TemplateResponse(request, "admin/newsletter/issue/markdown.html", context)
