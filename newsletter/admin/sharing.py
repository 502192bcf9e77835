"""Making and revoking the secret links that show an issue before it is public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from newsletter.admin import desk
from newsletter.editorial import sharing
from newsletter.errors import Refused
from newsletter.models import Issue

Guard = Callable[[Any], Any]


def urls(guard: Guard) -> list[URLPattern]:
    """The addresses beneath an issue's; ``guard`` is the admin's own."""
    return [
        path("<int:issue_id>/links/", guard(make_view), name="newsletter_issue_share"),
        path("<int:issue_id>/links/<int:link_id>/revoke/", guard(revoke_view), name="newsletter_issue_revoke"),
    ]


def zone(review: desk.Review) -> dict[str, Any]:
    """What ``zones/links.html`` shows: the live links to whoever may share; nothing once the issue is public."""
    if review.issue.status in sharing.PUBLIC or not review.user.has_perm(sharing.PERMISSION):
        return {}
    links = sharing.live_links(review.issue).select_related("created_by", "issue__newsletter")
    return {"offered": True, "links": [(link, sharing.address(link)) for link in links]}


@require_POST
def make_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    issue = desk.issue_for(request, issue_id)
    return _answer(
        request, issue, "share", lambda: sharing.make(issue, desk.person(request)), _("The preview link is made.")
    )


@require_POST
def revoke_view(request: HttpRequest, issue_id: int, link_id: int) -> HttpResponse:
    issue = desk.issue_for(request, issue_id)
    link = get_object_or_404(issue.preview_links, pk=link_id)
    return _answer(
        request,
        issue,
        "revoke",
        lambda: sharing.revoke(link, desk.person(request)),
        _("The preview link is revoked; it shows nothing any more."),
    )


def _answer(request: HttpRequest, issue: Issue, action: str, act: Callable[[], object], done: str) -> HttpResponse:
    try:
        act()
    except Refused as problem:
        return desk.refused(request, issue, action, problem)
    messages.success(request, done)
    return HttpResponseRedirect(desk.review_url(issue, "links"))
