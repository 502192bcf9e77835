from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from newsletter.ops.urls import urlpatterns
from tests.newsletter.people import make_person, signed_in
from tests.newsletter.reports.rows import add, make_campaign

pytestmark = pytest.mark.django_db
PAGES = {
    "overview": (),
    "overview-live": (),
    "campaign": ("campaign",),
    "campaign-live": ("campaign",),
    "find": ("campaign",),
    "deliveries": ("campaign",),
    "delivery": ("campaign", "position"),
}
WITH_ADDRESSES = {"find", "deliveries", "delivery"}
ROLES = {"superuser": 200, "Ops": 200, "Editors": 200, "Writers": 302, None: 302}


def address(name: str) -> str:
    campaign = make_campaign()
    add(campaign)
    values = {"campaign": campaign.pk, "position": 1}
    return reverse(f"ops:{name}", args=[values[each] for each in PAGES[name]]) + "?address=reader1@example.com"


def test_the_matrix_names_every_page() -> None:
    assert {pattern.name for pattern in urlpatterns} == {*PAGES, "brake"}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", ROLES)
def test_who_may_see_what(role: str | None, name: str) -> None:
    response = signed_in(make_person(role)).get(address(name), follow=False)
    expected = ROLES[role]
    if role == "Editors" and name in WITH_ADDRESSES:
        expected = 403
    if name == "find" and expected == 200:
        assert response["Location"].endswith("/deliveries/1/")
    else:
        assert response.status_code == expected
    if expected == 302:
        assert response["Location"].startswith("/admin/login/?next=/ops/")


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_is_sent_to_the_login(name: str, client: Client) -> None:
    assert client.get(address(name))["Location"].startswith("/admin/login/?next=/ops/")


def test_permission_without_being_staff_is_not_enough() -> None:
    client = signed_in(make_person("Ops", staff=False))
    assert client.get("/ops/").status_code == 302


def test_a_deactivated_person_is_sent_to_the_login() -> None:
    user = make_person("Ops")
    client = signed_in(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/ops/").status_code == 302


def test_who_is_signed_in_and_may_not_is_told_which_permission() -> None:
    response = signed_in(make_person("Writers")).get("/ops/", follow=True)
    assert "newsletter.view_campaign" in response.content.decode()


def test_a_polling_page_goes_to_the_login_as_a_whole_when_the_session_is_over(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/ops/campaigns/3/"}
    response = client.get("/ops/live/", headers=headers)
    assert response["HX-Redirect"] == "/admin/login/?next=/ops/campaigns/3/"


def test_no_cache_keeps_a_page() -> None:
    assert "no-store" in signed_in(make_person("Ops")).get("/ops/")["Cache-Control"]
