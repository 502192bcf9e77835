"""What somebody typed into a form: read as it was meant, and kept where it can't be saved."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from newsletter.digest.decoding import MAX_BYTES

View = Callable[..., HttpResponse]
NO_TEXT = ("csrfmiddlewaretoken", "seen", "_")


def line_feeds(text: str) -> str:
    """As it was typed: browsers send every line end as CRLF (HTML, 4.10.22.4)."""
    return text.replace("\r\n", "\n")


def with_line_feeds(posted: QueryDict) -> QueryDict:
    mended = posted.copy()
    for name, values in posted.lists():
        mended.setlist(name, [line_feeds(value) for value in values])
    return mended


def kept(request: HttpRequest, problem: str) -> HttpResponse:
    """A page that says why nothing was saved, and shows all that was typed, to be copied."""
    fields = [(name, value) for name, value in request.POST.items() if value and not name.startswith(NO_TEXT)]
    context = {**admin.site.each_context(request), "title": _("Not saved"), "problem": problem, "fields": fields}
    return render(request, "admin/newsletter/issue/kept.html", context, status=409)


def bounded(view: View) -> View:
    """A view that answers a post which is larger than Django takes with words, before anything reads it."""
    protected = csrf_protect(view)

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            request.POST  # noqa: B018 - read here, where its size can be answered
        except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
            return _too_large(request)
        response: HttpResponse = protected(request, *args, **kwargs)
        return response

    return csrf_exempt(answer)


def _too_large(request: HttpRequest) -> HttpResponse:
    problem = _("That is too large: a digest may have %(bytes)s bytes, and one upload 100 files. Nothing is saved.")
    context = {
        **admin.site.each_context(request),
        "title": _("Not saved"),
        "problem": problem % {"bytes": f"{MAX_BYTES:,}"},
        "advice": _("Go back in your browser: what you typed is there still."),
    }
    return render(request, "admin/newsletter/issue/kept.html", context, status=413)
