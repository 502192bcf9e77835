"""What the preview's frame shows: a mail, or its plain text, in an answer that knows no session and runs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from newsletter.editorial import proofs
from newsletter.errors import Refused
from newsletter.models import Issue, Rendition
from newsletter.rendering import shown
from newsletter.rendering.slots import SlotError
from subscribers.models import Subscription

SALT = "newsletter.preview"
AGE = 3600  # seconds
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "SAMEORIGIN",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
DIGITS = 12  # of the hash: enough to tell one version of an issue from another


class Unusable(Exception):
    """The address shows nothing: the reason, and the status to answer with."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


def key_of(issue: Issue, rendition: Rendition, readers: Sequence[int]) -> str:
    """The signed part of the address: which mail, and which subscriptions' readers it may be filled in for."""
    return signing.dumps([issue.pk, rendition.hash[:DIGITS], list(readers)], salt=SALT)


@require_safe
def frame_view(request: HttpRequest) -> HttpResponse:
    """The mail that the key names, for the reader and in the mode that the query names."""
    try:
        response = _shown(request)
    except Unusable as problem:
        context = {"reason": problem.reason}
        response = render(request, "admin/newsletter/issue/preview_notice.html", context, status=problem.status)
    for name, value in {**HEADERS, "Content-Security-Policy": _policy()}.items():
        response.headers[name] = value
    return response


def _shown(request: HttpRequest) -> HttpResponse:
    issue, rendition, readers = _named(request.GET.get("key", ""))
    mode, name = request.GET.get("mode", "light"), _name(request.GET.get("reader", ""), readers)
    try:
        mail = proofs.filled(rendition, issue, name)
    except SlotError as error:
        raise Unusable(410, str(error)) from error
    if mode == "text":
        context = {"text": mail.text, "subject": mail.subject, "language": issue.newsletter.language}
        return render(request, "admin/newsletter/issue/preview_text.html", context)
    variant = next((each for each in shown.VARIANTS if each == mode), None)
    if variant is None:
        raise Unusable(404, _("There is no such way to show a mail."))
    return HttpResponse(shown.with_dead_links(shown.as_shown(mail.html, variant)))


def _named(key: str) -> tuple[Issue, Rendition, list[int]]:
    try:
        issue_id, digits, readers = signing.loads(key, salt=SALT, max_age=AGE)
    except signing.SignatureExpired as error:
        raise Unusable(410, _("This preview is too old.")) from error
    except signing.BadSignature as error:
        raise Unusable(403, _("This is no address of a preview.")) from error
    issue = Issue.objects.select_related("newsletter", "approved_rendition").filter(pk=issue_id).first()
    try:
        rendition = proofs.mail_of(issue) if issue else None
    except Refused:
        rendition = None
    if issue is None or rendition is None or rendition.hash[:DIGITS] != digits:
        raise Unusable(410, _("The issue has changed since the page was opened."))
    return issue, rendition, readers


def _name(reader: str, allowed: Sequence[int]) -> str:
    """The name of the sample reader, or of the subscription's, where the key allows for it."""
    if reader in proofs.NAMES:
        return proofs.NAMES[reader]
    chosen = next((pk for pk in allowed if str(pk) == reader), 0)  # which no row has
    found = Subscription.objects.select_related("subscriber").filter(pk=chosen).first()
    if found is None:
        raise Unusable(410, _("There is no such reader any more."))
    return found.subscriber.name


def _policy() -> str:
    """Nothing but the mail's own styles and pictures; ours may have a plain address in development."""
    base = urlsplit(settings.SUDI.base_url)
    pictures = f"'self' {base.scheme}://{base.netloc} https: data:"
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src {pictures}; sandbox; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
