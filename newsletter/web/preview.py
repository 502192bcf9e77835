"""An issue before it is public, for whoever holds a preview link."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from newsletter import content
from newsletter.editorial import sharing
from newsletter.web import archive, pages
from newsletter.web.edition import edition_of

# The address is a secret: it must not travel in a Referer, rest in a cache, or turn up in a search.
HEADERS = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


@require_safe
def preview(request: HttpRequest, newsletter: str, issue: str, key: str) -> HttpResponse:
    """The web version of an issue that isn't public yet; a link that is revoked looks like one that never was."""
    response = _answer(request, newsletter, issue, key)
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


def _answer(request: HttpRequest, newsletter: str, issue: str, key: str) -> HttpResponse:
    found = sharing.issue_shown_by(newsletter, issue, key)
    if found is None:
        return render(request, "web/errors/404.html", status=404)
    if found.status in archive.PUBLIC:
        return HttpResponseRedirect(f"/n/{newsletter}/{issue}/")
    edition = edition_of(content.load(found))
    return pages.show(request, "web/issue.html", found.newsletter, issue=found, edition=edition, preview=True)
