from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings

from newsletter import renditions
from newsletter.bootstrap import bootstrap
from newsletter.delivery import snapshot
from newsletter.rendering.pipeline import Rendered, render
from tests.newsletter.delivery.making import configure


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """Sending is allowed, and nobody waits for the rate. What a test configures is gone after it."""
    with override_settings(SUDI=settings.SUDI):
        configure(
            ses_endpoint="http://127.0.0.1:9",
            base_url="https://sudi.example",
            sending_enabled=True,
            max_send_rate=1_000_000.0,
            instance="tests",
        )
        yield


@pytest.fixture
def installation(db: None, environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that ``bootstrap`` has prepared."""
    if connection.in_atomic_block:
        # The test's own transaction has begun before; the tests with real ones set the isolation for real.
        monkeypatch.setattr(snapshot, "one_moment", lambda: None)
    monkeypatch.setattr(renditions, "render", rendered_once)
    bootstrap()


_rendered: dict[str, Rendered] = {}


def rendered_once(*args: Any, **options: Any) -> Rendered:
    """The real rendering, but the same digest isn't rendered again for each test."""
    key = repr((args, options))
    if key not in _rendered:
        _rendered[key] = render(*args, **options)
    return _rendered[key]


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """The SQL that the test runs."""
    seen: list[str] = []

    def record(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record):
        yield seen
