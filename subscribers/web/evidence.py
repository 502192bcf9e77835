"""The proof of what a reader did on a page, taken from the request."""

from __future__ import annotations

import re

from django.http import HttpRequest
from django.utils import translation

from subscribers.consent import Evidence
from subscribers.models import ConsentAction, ConsentRecord, Subscription
from subscribers.web.words import Ask

ONE_CLICK = "one-click"
PAGE = "unsubscribe page"
CONFIRMATION = "confirmation link"
UNDO = "undo"

_REASON_LENGTH = 500
# Includes NUL, which PostgreSQL refuses in a text.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def evidence_of(request: HttpRequest, source: str, ask: Ask | None = None) -> Evidence:
    """Who pressed the button of ``ask``, from where. Call where the reader's language is active.

    A reader's reason for leaving is kept behind the words, in the half of the record that an erasure takes away.
    """
    reason = _CONTROL.sub("", request.POST.get("reason", "")).strip()[:_REASON_LENGTH] if ask else ""
    words = str(ask) if ask else ""
    return Evidence(
        source=source,
        ip=request.META.get("REMOTE_ADDR", ""),
        user_agent=request.headers.get("User-Agent", ""),
        words=f"{words}\n— {reason}" if reason else words,
        locale=translation.get_language() or "",
    )


def left_by_themselves(subscription: Subscription) -> bool:
    """Whether the last word about this subscription is the reader's own leaving, which they may take back.

    After a complaint, or an import of people who had left, only a new double opt-in brings somebody back.
    """
    last = (
        ConsentRecord.objects.filter(
            subscriber_id=subscription.subscriber_id, mailing_list_id=subscription.mailing_list_id
        )
        .order_by("-sequence")
        .first()
    )
    return last is not None and last.action == ConsentAction.UNSUBSCRIBED and last.source in {ONE_CLICK, PAGE}
