"""What moves on the dashboard, asked for again while it does. The dashboard itself is a tag of the admin's index."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from newsletter.admin import desk
from newsletter.reports.desk import live_of


def urls(guard: Callable[[Any], Any]) -> list[URLPattern]:
    """Without the guard: its way to the login would end in a corner of the page."""
    return [path("live/", live_view, name="newsletter_issue_live")]


@require_safe
@never_cache
def live_view(request: HttpRequest) -> HttpResponse:
    """The numbers; when a campaign starts, stops or ends, or nobody is signed in, the whole page is asked for."""
    if not (request.user.is_active and request.user.is_staff):
        return HttpResponseClientRefresh()
    user = desk.person(request)
    if not user.has_perm("newsletter.view_issue"):
        raise PermissionDenied
    live = live_of(user)
    if request.GET.get("seen") != live.seen:
        return HttpResponseClientRefresh()
    return TemplateResponse(request, "admin/newsletter/dashboard/live.html", {"live": live})
