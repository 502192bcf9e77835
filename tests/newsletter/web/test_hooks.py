"""The door for SNS: what it answers, and what it doesn't tell."""

from __future__ import annotations

import pytest
from django.test import Client

from newsletter.events import door
from newsletter.events.sns import LARGEST_BODY
from newsletter.events.sns_errors import Refused, SnsCode, SnsError, TryLater

ADDRESS = "/hooks/sns/"


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    bodies: list[bytes] = []
    monkeypatch.setattr(door, "receive", bodies.append)
    return bodies


def post(client: Client, body: bytes) -> tuple[int, str]:
    response = client.post(ADDRESS, body, content_type="text/plain; charset=utf-8")
    assert not response.cookies
    return response.status_code, response.text


def test_a_message_is_handed_on_as_it_came_without_a_csrf_token(received: list[bytes]) -> None:
    assert post(Client(enforce_csrf_checks=True), b'{"Type": "\xe6"}') == (200, "ok\n")
    assert received == [b'{"Type": "\xe6"}']


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Refused(SnsCode.BAD_SIGNATURE, "secret reason"), 403),
        (Refused(SnsCode.WRONG_TOPIC, "secret reason"), 403),
        (Refused(SnsCode.MALFORMED, "secret reason"), 400),
        (Refused(SnsCode.TOO_LARGE, "secret reason"), 413),
        (TryLater(SnsCode.CERTIFICATE_UNAVAILABLE, "secret reason"), 503),
    ],
)
def test_a_refusal_tells_its_code_and_logs_its_reason(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: SnsError, status: int
) -> None:
    def refuse(body: bytes) -> None:
        raise error

    monkeypatch.setattr(door, "receive", refuse)
    assert post(client, b"{}") == (status, f"{error.code}\n")
    assert "secret reason" in caplog.text


def test_a_body_that_is_too_large_is_refused_without_being_read_whole(client: Client) -> None:
    assert post(client, b"x" * (LARGEST_BODY + 1000)) == (413, "too_large\n")


def test_what_is_not_sns_is_refused(client: Client) -> None:
    assert post(client, b"hello") == (400, "malformed\n")


@pytest.mark.parametrize("method", ["get", "put", "delete", "head"])
def test_only_posts_are_taken(client: Client, received: list[bytes], method: str) -> None:
    assert getattr(client, method)(ADDRESS).status_code == 405
    assert received == []
