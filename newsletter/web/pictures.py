"""Uploaded pictures, for mail and pages. A file is named by the hash of its bytes, so nobody need ask for it twice."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from newsletter.editorial.pictures import FOLDER

TYPES = {"jpg": "image/jpeg", "png": "image/png"}
HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponse:
    """One picture, at most 200 KB. Its address lets nothing else through than such a name."""
    try:
        with default_storage.open(f"{FOLDER}/{name}") as file:
            data = file.read()
    except FileNotFoundError as error:
        raise Http404(name) from error
    return HttpResponse(data, content_type=TYPES[name.rpartition(".")[2]], headers=HEADERS)
