"""The pages that readers see, of a reader who doesn't exist: where the links of previews and test mails lead.

They read and write no row, so that no proofreader's click can touch anybody's subscription.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from subscribers.models import MailingList, Standing, Subscriber, Subscription
from subscribers.tokens import SAMPLE
from subscribers.web import pages, words
from subscribers.web.words import Ask

ANY = ("GET", "HEAD", "POST")


def _subscription() -> Subscription:
    """Never saved."""
    return Subscription(
        token=SAMPLE,
        subscriber=Subscriber(email="reader@example.com"),
        mailing_list=MailingList(name=_("Sample list")),
        status=Standing.SUBSCRIBED,
    )


def _page(name: str, ask: Callable[[MailingList], Ask] | None, methods: tuple[str, ...] = ANY) -> pages.View:
    """The page ``web/readers/<name>.html``; what is posted to it changes nothing, and says so."""

    @pages.reader_page
    @require_http_methods(methods)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        subscription = _subscription()
        if request.method == "POST":
            return pages.show(request, "sample", subscription)
        return pages.show(request, name, subscription, ask=ask, subscriptions=[subscription])

    return page


confirm = _page("confirm", words.to_confirm)
preferences = _page("preferences", None)
unsubscribe = _page("unsubscribe", words.to_leave)
rejoin = _page("left", words.to_rejoin, methods=("POST",))
