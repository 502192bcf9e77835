"""Where the links of previews and test mails lead: pages like a reader's, which change nothing."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from subscribers.models import Subscription, people
from subscribers.tokens import SAMPLE
from subscribers.web import urls
from tests.browser import audit
from tests.subscribers.web.checks import assert_private

PAGES = {
    "/s/sample/": "Your subscriptions",
    "/s/sample/unsubscribe/": "Stop getting “Sample list”?",
    "/u/sample": "Stop getting “Sample list”?",
    "/u/sample/": "Stop getting “Sample list”?",
    "/s/confirm/sample/": "Do you want “Sample list” by mail?",
}
POSTS = [*PAGES, "/s/sample/rejoin/"]


@pytest.fixture
def client() -> Client:
    """A mail program, or the browser inside of one: no cookies."""
    return Client(enforce_csrf_checks=True)


def rows() -> dict[str, list[dict[str, object]]]:
    """Everything that the database holds."""
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in apps.get_models()}


@pytest.mark.parametrize(("address", "says"), PAGES.items())
def test_opening_shows_what_readers_see_marked_as_a_sample(
    client: Client, subscription: Subscription, address: str, says: str
) -> None:
    before = rows()
    response = client.get(address)
    assert response.status_code == 200
    assert says in response.text
    assert "Sample:" in response.text
    assert "Nothing here changes anybody" in response.text
    assert_private(response)
    assert rows() == before


@pytest.mark.parametrize("address", POSTS)
@pytest.mark.parametrize("body", [{"List-Unsubscribe": "One-Click"}, {"reason": "too long"}, {}])
def test_posting_changes_nothing_and_says_so(
    client: Client, subscription: Subscription, address: str, body: dict[str, str]
) -> None:
    before = rows()
    response = client.post(address, body)
    assert response.status_code == 200
    assert "Nothing was changed" in response.text
    assert_private(response)
    assert rows() == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_address_of_readers_touches_a_row_for_the_sample(
    client: Client, subscription: Subscription, method: str
) -> None:
    names = [each.name for each in urls.urlpatterns if each.name and "token" in str(each.pattern)]
    before = rows()
    for name in names:
        getattr(client, method)(reverse(f"readers:{name}", args=[SAMPLE]))
    assert rows() == before
    assert len(names) >= 5


def test_nobodys_token_can_be_the_sample() -> None:
    assert re.fullmatch(r"[0-9a-f]{32}", people.new_token())
    assert not re.fullmatch(r"[0-9a-f]{32}", SAMPLE)


def test_taking_back_is_only_ever_posted(client: Client) -> None:
    assert client.get("/s/sample/rejoin/").status_code == 405


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
@pytest.mark.parametrize("address", POSTS)
def test_no_other_method_is_answered(client: Client, address: str, method: str) -> None:
    assert getattr(client, method)(address).status_code == 405


@pytest.mark.chromium
def test_the_pages_are_clean(client: Client) -> None:
    pages = {address: client.get(address).text for address in PAGES}
    assert audit({**pages, "/done/": client.post("/u/sample").text}) == []
