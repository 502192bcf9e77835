"""What all reader pages share: the token's subscription, the reader's language, and headers that keep the token."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from subscribers.models import MailingList, Subscription
from subscribers.tokens import SAMPLE
from subscribers.web.words import Ask

View = Callable[[HttpRequest, str], HttpResponse]

# The address is a secret: it must not travel in a Referer, rest in a cache, or turn up in a search.
HEADERS = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
_TOKEN = re.compile(r"[0-9a-f]{32}")


def reader_page(view: View) -> View:
    """A page whose address holds a token: private headers on every answer, and no cookie.

    Exempt from CSRF checks, because they need a cookie, which the browsers inside mail programs often refuse. They
    would add nothing: nobody can forge a request to an address they can't know.
    """

    @csrf_exempt
    @functools.wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        try:
            response = view(request, token)
        except Http404:
            response = render(request, "web/errors/404.html", status=404)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return page


def find(token: str) -> Subscription | None:
    """The subscription that a link in mail names."""
    if not _TOKEN.fullmatch(token):
        return None
    return Subscription.objects.select_related("subscriber", "mailing_list").filter(token=token).first()


def find_or_404(token: str) -> Subscription:
    """The same, for pages. Raises ``Http404``: unknown, erased and malformed tokens look alike."""
    subscription = find(token)
    if subscription is None:
        raise Http404
    return subscription


def show(
    request: HttpRequest,
    page: str,
    subscription: Subscription,
    *,
    ask: Callable[[MailingList], Ask] | None = None,
    **context: object,
) -> HttpResponse:
    """The page ``web/readers/<page>.html`` in the reader's language, with what it asks them."""
    with speaking_to(subscription) as language:
        context |= {
            "subscription": subscription,
            "address": masked(subscription.subscriber.email),
            "ask": ask(subscription.mailing_list) if ask else None,
            "sample": subscription.token == SAMPLE,
        }
        response = render(request, f"web/readers/{page}.html", context)
    response.headers["Content-Language"] = language
    return response


@contextmanager
def speaking_to(subscription: Subscription) -> Iterator[str]:
    """Translate into the reader's own language, where we know it; else into what their browser asks for."""
    language = subscription.subscriber.language.lower() or translation.get_language() or settings.LANGUAGE_CODE
    with translation.override(language):
        yield language


def masked(email: str) -> str:
    """Enough of an address for its owner to know it by: ``j…@example.test``."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"
