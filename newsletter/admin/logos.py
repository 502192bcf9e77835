"""The logo of a newsletter, and a word where issues look different then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from newsletter.admin import desk
from newsletter.admin.pictures import choices, posted_picture
from newsletter.editorial import pictures
from newsletter.editorial.fitting import LOGO, MOST_BYTES
from newsletter.errors import Refused
from newsletter.models import IssueStatus, Newsletter


def urls(guard: Callable[[Any], Any]) -> list[URLPattern]:
    """The addresses beneath a newsletter's; ``guard`` is the admin's own."""
    return [path("<int:newsletter_id>/logo/", guard(logo_view), name="newsletter_newsletter_logo")]


@require_http_methods(["GET", "HEAD", "POST"])
def logo_view(request: HttpRequest, newsletter_id: int) -> HttpResponse:
    """The newsletter's logo, and another picture in its place: uploaded now, or earlier."""
    newsletter = get_object_or_404(Newsletter, pk=newsletter_id)
    if not desk.person(request).has_perms(["newsletter.change_newsletter", pictures.PERMISSION]):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, newsletter)
    try:
        pictures.use_as_logo(newsletter, picture := posted_picture(request, LOGO))
    except Refused as problem:
        return _page(request, newsletter, picture_problem=str(problem))
    LogEntry.objects.log_actions(
        desk.person(request).pk, [newsletter], CHANGE, change_message=_("Changed logo."), single_object=True
    )
    messages.success(request, _("The picture is the logo now."))
    if not pictures.address(picture).startswith("https://"):
        said = _("Its address begins with http://, since Sudi's own does here; readers elsewhere won't see it.")
        messages.warning(request, said)
    warn_of_approved(request, newsletter)
    return HttpResponseRedirect(reverse("admin:newsletter_newsletter_change", args=[newsletter.pk]))


def warn_of_approved(request: HttpRequest, newsletter: Newsletter) -> None:
    """After a change of the look or the sender: what was approved may be something else now."""
    waiting = newsletter.issues.filter(status__in=(IssueStatus.APPROVED, IssueStatus.SCHEDULED)).count()
    if waiting:
        text = ngettext(
            "%(count)s approved issue may look different now; if it does, it must be approved again.",
            "%(count)s approved issues may look different now; if they do, they must be approved again.",
            waiting,
        )
        messages.warning(request, text % {"count": waiting})


def _page(request: HttpRequest, newsletter: Newsletter, **shown: Any) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": _("Logo"),
        "opts": newsletter._meta,
        "newsletter": newsletter,
        "choices": choices(LOGO),
        "most_megabytes": MOST_BYTES // 1_000_000,
        **shown,
    }
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(request, "admin/newsletter/newsletter/logo.html", context, status=status)
