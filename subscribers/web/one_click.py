"""One-click unsubscription (RFC 8058): a mail program posts to the address of the List-Unsubscribe header."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from subscribers import subscriptions
from subscribers.web import evidence, pages, preferences


@pages.reader_page
@require_http_methods(["GET", "HEAD", "POST"])
def one_click(request: HttpRequest, token: str) -> HttpResponse:
    """POST leaves the list, as often as it is sent; GET shows a button and changes nothing."""
    return _leave(request, token) if request.method == "POST" else preferences.unsubscribe(request, token)


def _leave(request: HttpRequest, token: str) -> HttpResponse:
    # The body says List-Unsubscribe=One-Click. It isn't looked at: whoever posts to this address wants to leave, and
    # a mail program that writes the body its own way must not keep them.
    subscription = pages.find(token)
    if subscription is None:
        return HttpResponse("There is no such subscription.\n", content_type="text/plain", status=404)
    subscriptions.unsubscribe(subscription, evidence.evidence_of(request, evidence.ONE_CLICK))
    return HttpResponse("You are unsubscribed.\n", content_type="text/plain")
