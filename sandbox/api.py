"""The sandbox's own JSON API: the mail, the counts, the faults. A contract with scripts and tests."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse

from sandbox.clock import iso
from sandbox.faults import InvalidFaultError
from sandbox.letters import Letter
from sandbox.mime import decoded, readable_headers
from sandbox.service import Service

_DEFAULT_LIMIT = 1_000
FIELDS = ("id", "to", "from", "subject", "headers", "html", "text", "tags", "at")


class Api:
    """Views over one service."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def messages(self, request: HttpRequest) -> HttpResponseBase:
        """GET: a list, oldest first, streamed. DELETE: empties the inbox.

        ``to``: one address. ``after``: the id of a message, for what came later. ``limit``: 1,000 unless told.
        ``fields``: only these members, separated by commas; without bodies, large lists are quick.
        """
        if request.method == "DELETE":
            self._service.store.clear()
            self._service.quota.forget()
            return HttpResponse(status=204)
        limit = request.GET.get("limit", str(_DEFAULT_LIMIT))
        wanted = [field for field in request.GET.get("fields", "").split(",") if field] or FIELDS
        if not limit.isdecimal() or not set(wanted) <= set(FIELDS):
            return _error("limit is a whole number; fields are among " + ", ".join(FIELDS))
        letters = self._service.reader.letters(
            to=request.GET.get("to", ""), after=request.GET.get("after", ""), limit=int(limit)
        )
        return StreamingHttpResponse(_as_list(letters, wanted), content_type="application/json")

    def stats(self, _request: HttpRequest) -> HttpResponse:
        """Counts of accepted mail."""
        return _json(self._service.reader.stats())

    def events(self, _request: HttpRequest) -> HttpResponse:
        """How the posts to the hook stand."""
        return _json(self._service.outbox.counts())

    def faults(self, request: HttpRequest) -> HttpResponse:
        """GET: the faults in force. POST: changes the ones named, and gives all."""
        board = self._service.faults
        if request.method == "POST":
            try:
                wanted = json.loads(request.body)
                if not isinstance(wanted, dict):
                    return _error("a JSON object is needed")
                board.change(wanted)
            except InvalidFaultError as error:
                return _error(str(error))
            except ValueError as error:
                return _error(f"not JSON: {error}")
        return _json(board.as_json())

    def health(self, _request: HttpRequest) -> HttpResponse:
        """Answers when the store does."""
        self._service.reader.stats()
        return _json({"status": "ok"})


def _as_list(letters: Iterable[Letter], fields: Iterable[str]) -> Iterator[str]:
    yield "["
    for index, letter in enumerate(letters):
        yield (",\n" if index else "\n") + json.dumps(_message(letter, fields), ensure_ascii=False)
    yield "\n]\n"


def _message(letter: Letter, fields: Iterable[str]) -> dict[str, Any]:
    return {field: _READ[field](letter) for field in fields}


_READ: Mapping[str, Callable[[Letter], Any]] = {
    "id": lambda letter: letter.id,
    "to": lambda letter: ", ".join(map(decoded, letter.entry.recipients)),
    "from": lambda letter: decoded(letter.call.sender),
    "subject": lambda letter: letter.subject,
    "headers": readable_headers,
    "html": lambda letter: letter.html,
    "text": lambda letter: letter.text,
    "tags": lambda letter: letter.tags,
    "at": lambda letter: iso(letter.at),
}


def _json(content: object) -> HttpResponse:
    return JsonResponse(content, safe=False, json_dumps_params={"ensure_ascii": False})


def _error(message: str) -> HttpResponse:
    return JsonResponse({"error": message}, status=400)
