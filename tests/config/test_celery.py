from __future__ import annotations

from collections.abc import Iterator

import pytest
from celery.fixups.django import DjangoFixup
from celery.signals import task_prerun
from django.db import connection

from config.celery import app

pytestmark = [pytest.mark.dialects, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def connected() -> Iterator[object]:
    connection.close()  # an earlier test's may have had its time
    connection.ensure_connection()
    yield connection.connection
    connection.close()


def test_a_connection_serves_one_task_after_the_other(connected: object) -> None:
    worker = DjangoFixup(app).worker_fixup
    for _ in range(3):
        worker.close_database()  # as Celery does before and after each task
        task_prerun.send(sender=None)
    assert connection.connection is connected


@pytest.mark.server_database
def test_a_broken_connection_is_none_to_the_next_task(connected: object) -> None:
    connection.connection.close()
    connection.errors_occurred = True
    task_prerun.send(sender=None)
    assert connection.connection is not connected
    connection.ensure_connection()
    assert connection.is_usable()


def test_a_connection_that_has_had_its_time_is_none_to_the_next_task(
    connected: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "close_at", 0.0)
    task_prerun.send(sender=None)
    assert connection.connection is None
