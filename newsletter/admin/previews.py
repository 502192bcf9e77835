"""The preview of a mail: an answer of its own, without cookies or scripts, whose links lead nowhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from newsletter.admin import desk, preview_frame, preview_readers
from newsletter.editorial import proofs

Guard = Callable[[Any], Any]
MODES = {
    "light": gettext_lazy("Light"),
    "dark": gettext_lazy("Dark"),
    "no-styles": gettext_lazy("Without style sheets"),
    "no-images": gettext_lazy("Without images"),
    "text": gettext_lazy("Plain text"),
}


def urls(guard: Guard) -> list[URLPattern]:
    """The addresses beneath an issue's; ``guard`` is the admin's own."""
    return [
        # Without the guard: it would read the session, and what is framed must know of none. The signature in the
        # address, which only the review page gives away, is the permission, for an hour.
        path("preview/", preview_frame.frame_view, name="newsletter_issue_preview"),
        path("<int:issue_id>/preview/reader/", guard(reader_view), name="newsletter_issue_preview_reader"),
    ]


def zone(review: desk.Review) -> dict[str, Any]:
    """What ``zones/preview.html`` shows."""
    if review.rendition is None:
        return {}
    found, chosen = preview_readers.offered(review)
    samples = [(sample.key, sample.label) for sample in proofs.SAMPLE_READERS]
    key = preview_frame.key_of(review.issue, review.rendition, [each.pk for each in found])
    address = reverse("admin:newsletter_issue_preview")
    return {
        "address": address,
        "key": key,
        "first": f"{address}?{urlencode({'key': key, 'mode': 'light', 'reader': chosen})}",
        "modes": MODES.items(),
        "readers": [*samples, *((str(each.pk), preview_readers.label(each)) for each in found)],
        "chosen": chosen,
        "may_search": preview_readers.may_see(review.user),
        "version": review.rendition.hash[:6],
    }


@require_POST
def reader_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Choose a reader of the list by address; the answer names them by number, for addresses don't belong in logs."""
    issue = desk.issue_for(request, issue_id)
    if not preview_readers.may_see(desk.person(request)):
        raise PermissionDenied
    address = request.POST.get("address", "")
    found = preview_readers.by_address(issue, address)
    if found is None:
        said = {"address": address[:100], "list": issue.newsletter.mailing_list.name}
        messages.error(request, _("“%(address)s” is not subscribed to “%(list)s”.") % said)
        return HttpResponseRedirect(desk.review_url(issue, "preview"))
    return HttpResponseRedirect(f"{desk.review_url(issue)}?reader={found.pk}#preview")
