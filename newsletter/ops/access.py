"""Who may see these pages: staff with the permission to view campaigns; readers' addresses ask for one more."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRedirect

VIEW_CAMPAIGNS = "newsletter.view_campaign"
VIEW_DELIVERIES = "newsletter.view_delivery"
LOGIN = "admin:login"

P = ParamSpec("P")


class View(Protocol[P]):
    def __call__(self, request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase: ...


def ops_page(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> View[P]:
    """Sends everybody else to the admin's login. Nothing of the answer is kept by a cache."""

    @never_cache
    @functools.wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user = request.user
        if user.is_active and user.is_staff and user.has_perm(VIEW_CAMPAIGNS):
            return view(request, *args, **kwargs)
        return _to_login(request)

    return guarded


def deliveries_page(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> View[P]:
    """An ops page with readers' addresses on it: 403 for those of ops who may not see deliveries."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.has_perm(VIEW_DELIVERIES):
            return refused(
                request, _("You may not see readers' addresses; the permission is newsletter.view_delivery.")
            )
        return view(request, *args, **kwargs)

    return ops_page(guarded)


def person(request: HttpRequest) -> User:
    """Who asks; on a page of ops it is always somebody."""
    assert isinstance(request.user, User)  # noqa: S101 - ops_page let nobody else in
    return request.user


def refused(request: HttpRequest, message: str) -> HttpResponse:
    """The page that says why this person may not do this."""
    return render(request, "ops/refused.html", {"message": message}, status=403)


def _to_login(request: HttpRequest) -> HttpResponseBase:
    if request.user.is_authenticated:
        messages.error(request, _("You may not see operations; the permission is newsletter.view_campaign."))
    if request.headers.get("HX-Request"):
        # A fragment is asked for by a page; the page must go to the login, not the fragment.
        page = urlsplit(request.headers.get("HX-Current-URL", "")).path or "/ops/"
        return HttpResponseClientRedirect(redirect_to_login(page, resolve_url(LOGIN)).url)
    return redirect_to_login(request.get_full_path(), resolve_url(LOGIN))
