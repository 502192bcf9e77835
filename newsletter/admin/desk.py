"""What the pages of the desk share: whose issue, who asks, and how a refusal is answered and audited."""

from __future__ import annotations

import dataclasses

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from newsletter import inspection, renditions, workflow
from newsletter.errors import Refused
from newsletter.models import Issue, IssueStatus, Rendition
from newsletter.preflight.findings import Finding

SENT = (IssueStatus.SENDING, IssueStatus.SENT)


@dataclasses.dataclass(frozen=True, slots=True)
class Review:
    """An issue as its review page looks at it, made once for all zones.

    ``rendition`` is what would go out, or went: the approved one while the approval stands, else the mail as it would
    be frozen now, not saved; ``None`` where none can be made, which is one of the findings then. ``newer_look``:
    today's templates would make another mail of what was approved, which changes nothing about what goes out.
    """

    request: HttpRequest
    user: User
    issue: Issue
    rendition: Rendition | None
    newer_look: bool
    findings: tuple[Finding, ...]


def review_of(request: HttpRequest, issue: Issue) -> Review:
    approved = issue.approved_rendition
    if approved and issue.status in SENT:
        return Review(request, person(request), issue, approved, False, inspection.inspect(issue, approved))
    try:
        rendition, newer_look = renditions.build(issue), False
    except Refused:
        rendition, newer_look = None, False
    if approved and rendition and approved.inputs_hash == rendition.inputs_hash:
        rendition, newer_look = approved, approved.hash != rendition.hash
    return Review(request, person(request), issue, rendition, newer_look, inspection.inspect(issue, rendition))


def issue_for(request: HttpRequest, issue_id: int) -> Issue:
    """The issue with its newsletter, for somebody who may look at it. Raises ``PermissionDenied``, ``Http404``."""
    if not person(request).has_perm("newsletter.view_issue"):
        raise PermissionDenied
    issues = Issue.objects.select_related("newsletter", "approved_rendition", "last_editor", "submitted_by")
    return get_object_or_404(issues, pk=issue_id)


def person(request: HttpRequest) -> User:
    """Who asks; the admin lets nobody else in."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def review_url(issue: Issue, anchor: str = "") -> str:
    return reverse("admin:newsletter_issue_review", args=[issue.pk]) + (f"#{anchor}" if anchor else "")


def change_url(issue: Issue) -> str:
    return reverse("admin:newsletter_issue_change", args=[issue.pk])


def check_seen(issue: Issue, version: str) -> None:
    """Raises ``Refused`` where the page that was posted showed another version of the issue."""
    if version != str(issue.version):
        raise Refused(_("%(issue)s changed since you looked at it; look at it again.") % {"issue": issue.slug})


def refused(request: HttpRequest, issue: Issue, action: str, problem: Refused) -> HttpResponse:
    """403 with the reason, and its line in the issue's audit."""
    workflow.record_refusal(issue, action, person(request), str(problem))
    context = {
        **admin.site.each_context(request),
        "title": _("Refused"),
        "issue": issue,
        "problem": str(problem),
        "back": review_url(issue),
    }
    return render(request, "admin/newsletter/issue/refused.html", context, status=403)
