"""The inbox: pages, rendered here, of the mail that was accepted."""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.http import urlencode

from sandbox import oneclick
from sandbox.fates import Fate
from sandbox.letters import Letter
from sandbox.mime import decoded, header_lines, readable_headers, source
from sandbox.reading import Line
from sandbox.service import Service

_PAGE = 50
_STATIC = Path(__file__).parent / "static"
_TYPES = {"inbox.css": "text/css", "inbox.js": "text/javascript", "icon.svg": "image/svg+xml"}
_TABS = {
    "html": "HTML",
    "phone": "Phone",
    "text": "Plain text",
    "headers": "Headers",
    "tags": "Tags",
    "source": "Source",
}

_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Mail may show pictures that are inline or served by this machine, and run nothing.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: http://127.0.0.1:* http://localhost:*;"
    " sandbox allow-popups allow-popups-to-escape-sandbox; form-action 'none'; frame-ancestors 'self'"
)

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Listed:
    """A line as the list shows it."""

    line: Line
    sender: str
    initial: str
    hue: int
    link: str
    bad: bool


class Inbox:
    """Views over one service."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def urls(self) -> list[URLPattern]:
        """The pages and what they load."""
        return [
            path("", self.page),
            path("list", self.list_part),
            path("pulse", self.pulse),
            path("messages/<int:seq>", self.message_part),
            path("messages/<int:seq>/html", self.message_html),
            path("messages/<int:seq>/source", self.message_source),
            path("messages/<int:seq>/unsubscribe", self.unsubscribe),
            path("static/<str:name>", static),
            path("favicon.ico", lambda request: static(request, "icon.svg")),
        ]

    def page(self, request: HttpRequest) -> HttpResponse:
        """The whole inbox; ``m`` opens a message, ``q`` searches, ``before`` pages."""
        chosen = _number(request.GET.get("m"))
        letter = self._letter(chosen) if chosen else None
        context = {
            **self._list_context(request),
            **self._pulse(),
            "message": self._message_context(letter, request.GET.get("tab", "html")) if letter else None,
            "gone": bool(chosen and letter is None),
        }
        response = render(request, "sandbox/inbox.html", context)
        response["Content-Security-Policy"] = _PAGE_POLICY
        return response

    def list_part(self, request: HttpRequest) -> HttpResponse:
        """The list alone, for a page that is already open."""
        return render(request, "sandbox/list.html", self._list_context(request))

    def pulse(self, _request: HttpRequest) -> HttpResponse:
        """What an open page asks every other second: is there anything new?"""
        return JsonResponse(self._pulse())

    def message_part(self, request: HttpRequest, seq: int) -> HttpResponse:
        """The reading pane alone."""
        letter = self._letter(seq)
        if letter is None:
            return _gone()
        context = {"message": self._message_context(letter, request.GET.get("tab", "html"))}
        return render(request, "sandbox/message.html", context)

    def message_html(self, _request: HttpRequest, seq: int) -> HttpResponse:
        """The HTML body, for the sandboxed frame. Links open in a tab of their own."""
        letter = self._letter(seq)
        if letter is None:
            return _gone()
        html = re.sub(r"(<head[^>]*>)", r'\1<base target="_blank">', letter.html, count=1, flags=re.IGNORECASE)
        return HttpResponse(html, headers={"Content-Security-Policy": _MAIL_POLICY})

    def message_source(self, _request: HttpRequest, seq: int) -> HttpResponse:
        """The message as it would go over the wire."""
        letter = self._letter(seq)
        return _gone() if letter is None else HttpResponse(source(letter), content_type="text/plain; charset=utf-8")

    def unsubscribe(self, request: HttpRequest, seq: int) -> HttpResponse:
        """Uses the message's one-click URL, and shows what it answered."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        letter = self._letter(seq)
        offer = oneclick.offered(letter) if letter else None
        if offer is None:
            return _gone()
        return render(request, "sandbox/unsubscribed.html", {"result": oneclick.use(offer), "seq": seq})

    def _letter(self, seq: int) -> Letter | None:
        letter = self._service.reader.letter(seq)
        return letter if letter is not None and letter.fate != Fate.RENDERING_FAILED else None

    def _pulse(self) -> dict[str, Any]:
        latest = self._service.reader.lines(query="", before=0, limit=1)
        return {
            "latest": latest[0].seq if latest else 0,
            "stats": self._service.reader.stats(),
            "events": self._service.outbox.counts(),
        }

    def _list_context(self, request: HttpRequest) -> dict[str, Any]:
        query, before = request.GET.get("q", "").strip(), _number(request.GET.get("before"))
        lines = self._service.reader.lines(query=query, before=before, limit=_PAGE + 1)
        page = lines[:_PAGE]
        keep = {name: value for name, value in (("q", query), ("before", before)) if value}
        older = {**keep, "before": page[-1].seq} if len(lines) > _PAGE else None
        return {
            "lines": [_listed(line, keep) for line in page],
            "chosen": _number(request.GET.get("m")),
            "query": query,
            "host": request.META["HTTP_HOST"],
            "before": before,
            "older": urlencode(older) if older else "",
            "newest": urlencode({"q": query}) if query else "",
        }

    def _message_context(self, letter: Letter, tab: str) -> dict[str, Any]:
        tab = tab if tab in _TABS else "html"
        shown: dict[str, Any] = {}
        if tab == "headers":
            shown["headers"] = readable_headers(letter).items()
            shown["raw_headers"] = "\n".join(f"{name}: {value}" for name, value in header_lines(letter))
        if tab == "source":
            shown["source"] = source(letter)
        offer = oneclick.offered(letter)
        return {
            "letter": letter,
            "sender": decoded(letter.call.sender),
            "to": ", ".join(map(decoded, letter.entry.recipients)),
            "tab": tab,
            "tabs": _TABS.items(),
            "offer": asdict(offer) if offer else None,
            "size": len(letter.html.encode()),
            **shown,
        }


def static(_request: HttpRequest, name: str) -> HttpResponseBase:
    """Style, script and icon of the pages."""
    if name not in _TYPES:
        return _gone()
    return FileResponse((_STATIC / name).open("rb"), content_type=_TYPES[name], headers={"Cache-Control": "no-cache"})


def _listed(line: Line, keep: dict[str, Any]) -> Listed:
    sender = decoded(line.sender)
    name = sender.partition("<")[0].strip().strip('"') or sender.strip("<>")
    return Listed(
        line=line,
        sender=name,
        initial=name[:1].upper(),
        hue=sum(map(ord, name)) * 47 % 8,
        link=urlencode({**keep, "m": line.seq}),
        bad=line.fate != Fate.DELIVERED,
    )


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 16 else 0


def _gone() -> HttpResponse:
    return HttpResponse("This is not here (any more).\n", status=404, content_type="text/plain")
