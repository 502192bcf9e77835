"""The issues of a month, day by day."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from newsletter.admin import desk
from newsletter.models import Issue
from newsletter.reports.months import month_of

Guard = Callable[[Any], Any]
MONTH = re.compile(r"(?a:(\d{4})-(\d{2}))")
YEARS = range(2000, 2200)  # near the calendar's ends there is no month before, or none after


def urls(guard: Guard) -> list[URLPattern]:
    """The addresses beneath an issue's; ``guard`` is the admin's own."""
    return [path("calendar/", guard(calendar_view), name="newsletter_issue_calendar")]


@require_safe
def calendar_view(request: HttpRequest) -> HttpResponse:
    """One month; this one where none is named. 404 for what is no month."""
    if not desk.person(request).has_perm("newsletter.view_issue"):
        raise PermissionDenied
    first = _month(request.GET.get("month", ""))
    context = {
        **admin.site.each_context(request),
        "title": _("Calendar"),
        "opts": Issue._meta,
        "first": first,
        "previous": _within(first - datetime.timedelta(days=1)),
        "next": _within(first + datetime.timedelta(days=31)),
        "weeks": month_of(first),
        "now": timezone.localdate(),
    }
    return TemplateResponse(request, "admin/newsletter/issue/calendar.html", context)


def _month(name: str) -> datetime.date:
    """Its first day. Raises ``Http404``."""
    if not name:
        return timezone.localdate().replace(day=1)
    if (found := MONTH.fullmatch(name)) and int(found[1]) in YEARS and 1 <= int(found[2]) <= 12:
        return datetime.date(int(found[1]), int(found[2]), 1)
    raise Http404(_("%(month)s is no month; 2026-11 is one.") % {"month": name})


def _within(date: datetime.date) -> datetime.date | None:
    return date if date.year in YEARS else None
