"""Keeps other web sites out: a browser on this machine may be asked to call loopback by any page it shows."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from sandbox.options import is_loopback

Handler = Callable[[HttpRequest], HttpResponseBase]


def guard(handler: Handler) -> Handler:
    """Middleware: the Host must be loopback (DNS rebinding), and a change must not come from another origin."""

    def guarded(request: HttpRequest) -> HttpResponseBase:
        host = request.META.get("HTTP_HOST", "")
        if not is_loopback(_name(host)):
            return HttpResponse("The sandbox answers to loopback names only.\n", status=421, content_type="text/plain")
        origin = request.headers.get("Origin")
        if origin is not None and request.method not in {"GET", "HEAD"} and urlsplit(origin).netloc != host:
            return HttpResponse("Another site may not do this.\n", status=403, content_type="text/plain")
        response = handler(request)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        return response

    return guarded


def _name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:  # a bracket that is not closed
        return None
