"""One careful HTTPS GET: no redirects, bounded in time and size."""

from __future__ import annotations

import http.client
import ssl
import time
import urllib.request
from typing import Any
from urllib.error import HTTPError

from newsletter.errors import SudiError


class FetchFailed(SudiError):
    """Nothing usable came back. The message says why and holds no part of the answer."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """None: urllib then raises the 3xx as an error."""


def fetch(url: str, *, timeout: float = 5.0, limit: int = 65_536, context: ssl.SSLContext | None = None) -> bytes:
    """The body of the 200 answer at an https URL, at most ``limit`` bytes of it, within about ``timeout`` seconds.

    The proxy of the environment is used where there is one. Raises ``FetchFailed`` for anything else.
    """
    if not url.startswith("https://"):
        raise FetchFailed("not an https URL")
    opener = urllib.request.build_opener(_NoRedirects, urllib.request.HTTPSHandler(context=context))
    try:
        with opener.open(url, timeout=timeout) as response:
            return _read(response, limit=limit, until=time.monotonic() + timeout)
    except HTTPError as error:
        error.close()
        raise FetchFailed(f"the answer was {error.code}") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise FetchFailed(f"{type(error).__name__}: {error}") from error


def _read(response: http.client.HTTPResponse, *, limit: int, until: float) -> bytes:
    if response.status != http.HTTPStatus.OK:
        raise FetchFailed(f"the answer was {response.status}")
    body = bytearray()
    # A time-out alone bounds each wait, not their sum.
    while chunk := response.read1(16_384):
        body += chunk
        if len(body) > limit:
            raise FetchFailed(f"the answer is longer than {limit} bytes")
        if time.monotonic() > until:
            raise FetchFailed("the answer took too long")
    if response.length:  # what Content-Length promised beyond that; read1 doesn't mind
        raise FetchFailed("the answer was cut off")
    return bytes(body)
