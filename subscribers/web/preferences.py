"""What a reader gets, leaving it, and taking that back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from subscribers import subscriptions
from subscribers.models import ConsentAction, Standing
from subscribers.web import evidence, pages, words


@pages.reader_page
@require_safe
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Every list the reader has to do with, and their standing on it."""
    subscription = pages.find_or_404(token)
    held = subscription.subscriber.subscriptions.select_related("mailing_list").order_by("mailing_list__name", "pk")
    return pages.show(request, "preferences", subscription, subscriptions=held)


@pages.reader_page
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button, or the way back for who has left; only POST leaves."""
    subscription = pages.find_or_404(token)
    if request.method == "POST":
        with pages.speaking_to(subscription):
            ask = words.to_leave(subscription.mailing_list)
            subscriptions.unsubscribe(subscription, evidence.evidence_of(request, evidence.PAGE, ask))
        return redirect("readers:unsubscribe", token)
    if subscription.status == Standing.UNSUBSCRIBED:
        undo = evidence.left_by_themselves(subscription)
        return pages.show(request, "left", subscription, ask=words.to_rejoin, undo=undo)
    return pages.show(request, "unsubscribe", subscription, ask=words.to_leave)


@pages.reader_page
@require_POST
def rejoin(request: HttpRequest, token: str) -> HttpResponse:
    """Take back one's own leaving."""
    subscription = pages.find_or_404(token)
    if not evidence.left_by_themselves(subscription):
        return redirect("readers:unsubscribe", token)
    with pages.speaking_to(subscription):
        ask = words.to_rejoin(subscription.mailing_list)
        proof = evidence.evidence_of(request, evidence.UNDO, ask)
        subscriptions.move(subscription, ConsentAction.CONFIRMED, proof)
    return redirect("readers:preferences", token)
