"""Double opt-in: the link in the confirmation mail. Scanners fetch links, so opening it confirms nothing."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from subscribers import subscriptions, tokens
from subscribers.models import ConsentAction, Standing, Subscription
from subscribers.web import evidence, pages, words


@pages.reader_page
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button, or where a reader stands who is on the list already; only POST confirms."""
    try:
        subscription = tokens.confirmed_subscription(token)
    except tokens.ExpiredToken:
        return render(request, "web/errors/410.html", status=410)
    except tokens.InvalidToken as error:
        raise Http404 from error
    if request.method == "POST":
        return _confirmed(request, token, subscription)
    match subscription.status:
        case Standing.PENDING | Standing.UNSUBSCRIBED:
            return pages.show(request, "confirm", subscription, ask=words.to_confirm)
        case Standing.SUBSCRIBED:
            return pages.show(request, "confirmed", subscription)
        case _:
            return redirect("readers:preferences", subscription.token)


def _confirmed(request: HttpRequest, token: str, subscription: Subscription) -> HttpResponse:
    with pages.speaking_to(subscription):
        proof = evidence.evidence_of(request, evidence.CONFIRMATION, words.to_confirm(subscription.mailing_list))
        subscriptions.move(subscription, ConsentAction.CONFIRMED, proof)
    return redirect("readers:confirm", token)
