"""Uploading the logo of a newsletter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from newsletter import renditions
from newsletter.models import Issue, Newsletter, Picture
from tests.newsletter.desk import Desk
from tests.newsletter.images import png
from tests.newsletter.people import make_person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def keeper() -> Client:
    return signed_in(make_person("superuser", "kim"))


def page_of(newsletter: Newsletter) -> str:
    return f"/admin/newsletter/newsletter/{newsletter.pk}/logo/"


def post(client: Client, newsletter: Newsletter, data: bytes) -> Any:
    return client.post(page_of(newsletter), {"file": SimpleUploadedFile("logo.png", data)}, follow=True)


def test_it_becomes_part_of_the_theme_and_of_the_mail(desk: Desk, keeper: Client) -> None:
    issue, theme = desk.draft(), desk.newsletter.theme
    assert "The picture is the logo now." in post(keeper, desk.newsletter, png(960, 960)).text
    picture, newsletter = Picture.objects.get(), Newsletter.objects.get(slug="express")
    address = f"{settings.SUDI.base_url}/media/{picture.file.name}"
    assert newsletter.theme == {**theme, "logo_url": address}
    assert (picture.width, picture.height) == (240, 240)
    assert f'src="{address}"' in renditions.render_issue(Issue.objects.get(pk=issue.pk)).html
    entry = LogEntry.objects.get()
    assert (str(entry.user), entry.object_id) == ("kim", str(newsletter.pk))


@pytest.mark.parametrize(("base", "warned"), [("http://127.0.0.1:8000", True), ("https://sudi.example", False)])
def test_an_address_that_readers_cannot_reach_is_told(
    base: str, warned: bool, desk: Desk, keeper: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.SUDI.__dict__, "base_url", base)
    assert ("begins with http://" in post(keeper, desk.newsletter, png()).text) == warned


def test_approved_issues_are_told_of(desk: Desk, keeper: Client) -> None:
    desk.approved()
    assert "must be approved again" in post(keeper, desk.newsletter, png()).text


def test_what_is_no_image_says_why(desk: Desk, keeper: Client) -> None:
    response = post(keeper, desk.newsletter, b"hello")
    assert response.status_code == 422
    assert "no image that can be mailed" in response.text
    assert "logo_url" not in Newsletter.objects.get(slug="express").theme


@pytest.mark.parametrize("role", ["Writers", "Editors", "Ops"])
def test_who_may_not_change_newsletters_is_refused(role: str, desk: Desk) -> None:
    client = signed_in(make_person(role))
    assert client.get(page_of(desk.newsletter)).status_code == 403
    assert post(client, desk.newsletter, png()).status_code == 403
    assert page_of(desk.newsletter) not in client.get(f"/admin/newsletter/newsletter/{desk.newsletter.pk}/change/").text
    assert not Picture.objects.exists()


def test_the_newsletters_own_page_leads_there(desk: Desk, keeper: Client) -> None:
    assert page_of(desk.newsletter) in keeper.get(f"/admin/newsletter/newsletter/{desk.newsletter.pk}/change/").text
    assert keeper.get(page_of(desk.newsletter)).status_code == 200
    assert keeper.get("/admin/newsletter/newsletter/999/logo/").status_code == 404
