"""What is shown when there is nothing to show."""

from __future__ import annotations

import pytest
from django.test import Client

from newsletter.web import archive


def test_an_unknown_address_has_a_page_in_the_readers_language(client: Client) -> None:
    response = client.get("/nowhere/", headers={"Accept-Language": "zh-Hant"})
    assert response.status_code == 404
    assert '<html lang="zh-hant">' in response.text


def test_a_failure_has_a_page_that_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("secret reason")

    monkeypatch.setattr(archive, "newsletters", fail)
    response = Client(raise_request_exception=False).get("/")
    assert response.status_code == 500
    assert "Something went wrong" in response.text
    assert "secret reason" not in response.text
