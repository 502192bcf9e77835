"""Pictures at addresses that never change."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from newsletter.editorial import pictures
from newsletter.editorial.fitting import COVER
from tests.newsletter.images import encoded, noise, png
from tests.newsletter.people import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize(
    ("data", "kind", "extension"), [(png(), "image/png", "png"), (encoded(noise(9, 9), "JPEG"), "image/jpeg", "jpg")]
)
def test_a_picture_may_be_kept_for_ever(client: Client, data: bytes, kind: str, extension: str) -> None:
    picture = pictures.upload(data, "cover", make_person("Writers"), COVER)
    response = client.get(f"/media/{picture.file.name}")
    assert response.status_code == 200
    assert picture.file.name == f"pictures/{hashlib.sha256(response.content).hexdigest()}.{extension}"
    assert response.headers["Content-Type"] == kind
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert not response.cookies


@pytest.mark.parametrize(
    "name",
    [
        f"{'a' * 64}.jpg",
        "secret.jpg",
        "../sudi.sqlite3",
        f"..%2f{'a' * 64}.jpg",
        f"{'a' * 63}.jpg",
        f"{'A' * 64}.jpg",
        f"{'a' * 64}.svg",
        f"{'a' * 64}.jpg%0a",
        "",
    ],
)
def test_nothing_else_is_served(client: Client, name: str, tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "secret.jpg").write_bytes(b"x")
    (tmp_path / "pictures" / f"{'a' * 64}.svg").write_bytes(b"x")
    assert client.get(f"/media/pictures/{name}").status_code == 404


def test_it_takes_no_post(client: Client) -> None:
    assert client.post(f"/media/pictures/{'a' * 64}.jpg").status_code == 405
