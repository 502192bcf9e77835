"""Uploading a picture and making it the cover of an issue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from newsletter import workflow
from newsletter.admin import desk
from newsletter.editorial import pictures
from newsletter.editorial.fitting import COVER, MOST_BYTES, Box
from newsletter.errors import NotPermitted, Refused
from newsletter.models import Issue, Picture

Guard = Callable[[Any], Any]
MOST_CHOICES = 12
ACTION = "cover"


def urls(guard: Guard) -> list[URLPattern]:
    """The addresses beneath an issue's; ``guard`` is the admin's own."""
    return [path("<int:issue_id>/picture/", guard(cover_view), name="newsletter_issue_picture")]


@require_http_methods(["GET", "HEAD", "POST"])
def cover_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """The issue's cover, and another picture in its place: uploaded now, or earlier."""
    issue = desk.issue_for(request, issue_id)
    if problem := _refusal(request, issue):
        if request.method == "POST":
            return desk.refused(request, issue, ACTION, problem)
        messages.error(request, str(problem))
        return HttpResponseRedirect(desk.review_url(issue))
    if request.method != "POST":
        return _page(request, issue, alt=(issue.cover or {}).get("alt") or "")
    return _chosen(request, issue)


def _chosen(request: HttpRequest, issue: Issue) -> HttpResponse:
    alt, picture = request.POST.get("alt", "").strip(), None
    try:
        picture = posted_picture(request, COVER)
    except Refused as problem:
        return _page(request, issue, alt=alt, picture_problem=str(problem))
    if not alt:
        said = _("Say in a few words what the picture shows, for readers whose mail program hides images.")
        return _page(request, issue, chosen=picture, alt_problem=said)
    try:
        desk.check_seen(issue, request.POST.get("version", ""))
        pictures.use_as_cover(issue, desk.person(request), picture, alt=alt, version=issue.version)
    except Refused as problem:
        return _page(request, issue, chosen=picture, alt=alt, problem=str(problem))
    messages.success(request, _("The picture is the cover now."))
    return HttpResponseRedirect(desk.review_url(issue))


def posted_picture(request: HttpRequest, box: Box) -> Picture:
    """The picture that a form brings along, or that it names. Raises ``Refused``."""
    file = request.FILES.get("file")
    if file is not None:
        # Never more than that is read, whatever the sender says of its size.
        return pictures.upload(file.read(MOST_BYTES + 1), file.name or "", desk.person(request), box)
    number = request.POST.get("picture", "")
    found = Picture.objects.filter(pk=int(number)).first() if number.isascii() and number.isdigit() else None
    if found is None:
        raise Refused(_("Choose a file, or one of the pictures that were uploaded before."))
    return found


def choices(box: Box) -> list[tuple[Picture, str]]:
    """The pictures uploaded last that fit into the box, with the path of each."""
    fitting = Picture.objects.filter(width__lte=box.width, height__lte=box.height)
    return [(picture, f"/media/{picture.file.name}") for picture in fitting[:MOST_CHOICES]]


def _refusal(request: HttpRequest, issue: Issue) -> Refused | None:
    user = desk.person(request)
    for permission in ("newsletter.change_issue", pictures.PERMISSION):
        if not user.has_perm(permission):
            return NotPermitted(
                _("%(user)s may not change the cover; the permission is %(permission)s.")
                % {"user": user.get_username(), "permission": permission}
            )
    if issue.status not in workflow.EDITABLE:
        facts = {"issue": issue.slug, "status": issue.get_status_display()}
        return Refused(_("%(issue)s is %(status)s; its cover can't be changed any more.") % facts)
    if not pictures.takes_cover(issue):
        return Refused(_("Digests in the format %(format)s have no cover.") % {"format": issue.newsletter.format})
    return None


def _page(request: HttpRequest, issue: Issue, **shown: Any) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": _("Cover"),
        "opts": issue._meta,
        "issue": issue,
        "cover": issue.cover,
        "choices": choices(COVER),
        "most_megabytes": MOST_BYTES // 1_000_000,
        **shown,
    }
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(request, "admin/newsletter/issue/picture.html", context, status=status)
