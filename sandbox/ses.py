"""The API of SES over HTTP: one Django view for each operation."""

import socket
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from sandbox import wire
from sandbox.errors import SesError
from sandbox.operations import OPERATIONS, SENDING, Operation
from sandbox.service import Service

View = Callable[..., HttpResponse]


def views(service: Service) -> list[tuple[str, View]]:
    """Patterns and their views; operations that share a path share a view."""
    by_pattern: dict[str, dict[str, str]] = {}
    for name in OPERATIONS:
        route = wire.route(name)
        by_pattern.setdefault(route.pattern, {})[route.method] = name
    return [(pattern, _view(service, methods)) for pattern, methods in by_pattern.items()]


def unknown(_request: HttpRequest, _path: str) -> HttpResponse:
    """An operation of SES that the sandbox does not have."""
    return wire.refusal(SesError("NotFoundException", "The sandbox does not have this operation."))


def _view(service: Service, methods: dict[str, str]) -> View:
    def view(request: HttpRequest, **uri: str) -> HttpResponse:
        name = methods.get(request.method or "")
        if name is None:
            return wire.refusal(SesError("NotFoundException", "The sandbox does not have this operation."))
        try:
            return _call(service, name, OPERATIONS[name], request, uri)
        except SesError as error:
            return wire.refusal(error)

    return view


def _call(service: Service, name: str, operation: Operation, request: HttpRequest, uri: dict[str, str]) -> HttpResponse:
    sends = name in SENDING
    if sends:
        _wait(service)
    params = wire.read_params(name, request, uri)
    if sends:
        service.faults.before_accepting()
    response = wire.answer(operation(service, params, len(request.body)))
    if sends:
        _wait(service)
        if service.faults.drops_answer():
            _hang_up(request)
    return response


def _wait(service: Service) -> None:
    """Half of the latency before, half after: a caller that gives up may find either."""
    if service.faults.now.latency_ms:
        time.sleep(service.faults.now.latency_ms / 2_000)


def _hang_up(request: HttpRequest) -> None:
    """Closes the caller's connection; what the server then writes goes nowhere."""
    connection: socket.socket = request.META["gunicorn.socket"]
    connection.shutdown(socket.SHUT_RDWR)
