"""Health checks: the process by itself, and what it needs."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from celery import Celery
from django.db import OperationalError, connection
from django.test import Client


@pytest.fixture
def broker() -> Iterator[Celery]:
    """A broker in memory as the current application's."""
    app = Celery("health", broker="memory://", set_as_current=False)
    yield app
    app.close()


@pytest.fixture(autouse=True)
def _application(broker: Celery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.web.health.current_app", broker)


def test_a_running_process_is_alive_without_asking_anything(client: Client) -> None:
    # No database mark: a query would fail the test.
    response = client.get("/healthz")
    assert (response.status_code, response.text) == (200, "ok\n")
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_ready_when_database_and_broker_answer(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"database": "ok", "broker": "ok"})


@pytest.mark.django_db
def test_not_ready_without_a_broker_and_told_soon(client: Client, broker: Celery) -> None:
    broker.conf.update(broker_read_url="amqp://guest:secret@127.0.0.1:1//")
    begun = time.monotonic()
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"database": "ok", "broker": "unreachable"})
    assert time.monotonic() - begun < 5


@pytest.mark.django_db
def test_not_ready_without_a_database_and_no_secret_told(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise OperationalError("password of sudi@db is wrong")

    monkeypatch.setattr(connection, "cursor", fail)
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"database": "unreachable", "broker": "ok"})
    assert "password" not in caplog.text + response.text


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_nothing_is_posted_to_health_checks(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
