"""Whether this process runs, and whether it can do its work: for load balancers and monitors."""

from __future__ import annotations

import logging
from collections.abc import Callable

from celery import current_app
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

BROKER_SECONDS = 2
BROKER_FAILURES = (OperationalError, OSError)

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """``{"database": "ok", "broker": "ok"}``; 503 where one of them is ``"unreachable"``."""
    answers = {"database": _asked(_ask_database, DatabaseError), "broker": _asked(_ask_broker, BROKER_FAILURES)}
    return JsonResponse(answers, status=200 if set(answers.values()) == {"ok"} else 503)


def _asked(ask: Callable[[], None], failure: type[Exception] | tuple[type[Exception], ...]) -> str:
    try:
        ask()
    except failure as error:
        # The class only: a message may name hosts, users and passwords.
        logger.warning("%s: %s", ask.__name__, type(error).__name__)
        return "unreachable"
    return "ok"


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_broker() -> None:
    # Redis has its own names for the time to wait; the other transports ignore them.
    options = {"socket_connect_timeout": BROKER_SECONDS, "socket_timeout": BROKER_SECONDS}
    broker = current_app.connection_for_read(connect_timeout=BROKER_SECONDS, transport_options=options)
    with broker:
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_SECONDS)
