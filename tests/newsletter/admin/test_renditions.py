from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import RenditionFactory
from tests.newsletter.people import make_person, signed_in

pytestmark = pytest.mark.django_db
MAIL = '<html><head></head><body><script>x()</script><a href="{{unsubscribe_url}}">退订</a></body></html>'


def preview(html: str = MAIL) -> str:
    return reverse("admin:newsletter_rendition_preview", args=[RenditionFactory.create(html=html).pk])


def test_the_preview_runs_nothing_and_sets_no_cookie() -> None:
    response = signed_in(make_person("Writers")).get(preview())
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; sandbox"
    assert response["Content-Security-Policy"] == policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert not response.cookies
    assert "{{unsubscribe_url}}" in response.content.decode()


@pytest.mark.parametrize("html", [MAIL, "<p>正文 <a href='https://example.com'>x</a></p>"])
def test_its_links_would_open_a_window_which_a_sandbox_never_does(html: str) -> None:
    body = signed_in(make_person("Writers")).get(preview(html)).content.decode()
    assert body.index('<base target="_blank">') < body.index("<a ")
    assert body.replace('<base target="_blank">', "") == html


def test_the_page_frames_it_in_a_sandbox() -> None:
    address = preview()
    html = signed_in(make_person("Writers")).get(address.replace("preview", "change")).content.decode()
    assert f'sandbox="" loading="lazy" src="{address}"' in html


@pytest.mark.parametrize(("role", "status"), [("Editors", 200), ("Ops", 403), (None, 403)])
def test_who_may_see_it(role: str | None, status: int) -> None:
    assert signed_in(make_person(role)).get(preview()).status_code == status


def test_a_stranger_is_sent_to_the_login(client: Client) -> None:
    assert client.get(preview())["Location"].startswith("/admin/login/")


def test_one_that_isnt_there_is_not_found() -> None:
    address = reverse("admin:newsletter_rendition_preview", args=[4711])
    assert signed_in(make_person("superuser")).get(address).status_code == 404
