"""Double opt-in: opening the link shows a button, pressing it confirms; old and forged links say what to do."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from django.test import Client

from subscribers.models import ConsentDetail, Standing, Subscription
from subscribers.tokens import CONFIRMATION_AGE, confirmation_token
from tests.factories import SubscriptionFactory
from tests.subscribers.web.checks import assert_private, records, standing

NOW = datetime.datetime(2026, 1, 5, 8, tzinfo=datetime.UTC)


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def pending(db: None) -> Subscription:
    return SubscriptionFactory.create(
        subscriber__email="jane.doe@example.test", mailing_list__name="The Daily", status=Standing.PENDING
    )


def address(subscription: Subscription) -> str:
    return f"/s/confirm/{confirmation_token(subscription)}/"


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_confirms_nothing(client: Client, pending: Subscription, method: str) -> None:
    response = getattr(client, method)(address(pending))
    assert response.status_code == 200
    assert_private(response)
    assert standing(pending) == Standing.PENDING
    assert records() == []


@pytest.mark.parametrize("origin", [Standing.PENDING, Standing.UNSUBSCRIBED])
def test_the_button_confirms_and_the_words_are_kept(client: Client, pending: Subscription, origin: Standing) -> None:
    Subscription.objects.update(status=origin)
    link = address(pending)
    assert "Do you want “The Daily” by mail?" in client.get(link).text
    response = client.post(link)
    assert (response.status_code, response.headers["Location"]) == (302, link)
    assert_private(response)
    assert standing(pending) == Standing.SUBSCRIBED
    assert records() == [("confirmed", "confirmation link")]
    assert ConsentDetail.objects.get().words == "Do you want “The Daily” by mail? [Yes, subscribe me]"
    assert "You are on the list" in client.get(link).text


def test_confirming_twice_is_confirming_once(client: Client, pending: Subscription) -> None:
    for _ in range(2):
        assert client.post(address(pending)).status_code == 302
    assert len(records()) == 1


def test_a_paused_reader_stays_paused(client: Client, pending: Subscription) -> None:
    Subscription.objects.update(status=Standing.PAUSED)
    client.post(address(pending))
    assert standing(pending) == Standing.PAUSED
    assert client.get(address(pending)).headers["Location"] == f"/s/{pending.token}/"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_works_for_three_days_and_then_says_what_to_do(
    client: Client, pending: Subscription, method: str
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        link = address(pending)
        clock.shift(CONFIRMATION_AGE - datetime.timedelta(minutes=1))
        assert client.get(link).status_code == 200
        clock.shift(datetime.timedelta(minutes=2))
        response = getattr(client, method)(link)
    assert response.status_code == 410
    assert "This link has expired" in response.text
    assert "Subscribe again" in response.text
    assert_private(response)
    assert standing(pending) == Standing.PENDING


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("token", ["x", "WzFd:1abc:forged", "0" * 32, "%00", "é"])
@pytest.mark.django_db
def test_a_forged_link_is_not_found(client: Client, method: str, token: str) -> None:
    response = getattr(client, method)(f"/s/confirm/{token}/")
    assert response.status_code == 404
    assert_private(response)


def test_the_link_of_an_erased_subscription_is_not_found(client: Client, pending: Subscription) -> None:
    link = address(pending)
    pending.delete()
    assert client.get(link).status_code == 404
