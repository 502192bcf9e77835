from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.core import signing

from subscribers import tokens
from subscribers.models import Subscription
from subscribers.tokens import CONFIRMATION_AGE, ExpiredToken, InvalidToken
from tests.factories import SubscriptionFactory

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2025, 3, 9, 8, tzinfo=datetime.UTC)
SECOND = datetime.timedelta(seconds=1)
SALT = "subscribers.confirm"


@pytest.fixture
def subscription() -> Subscription:
    """Somebody who asked."""
    return SubscriptionFactory.create(status="pending")


def invalid(token: str) -> None:
    with pytest.raises(InvalidToken, match=r"Subscribe again"):
        tokens.confirmed_subscription(token)


def test_names_its_subscription(subscription: Subscription, django_assert_num_queries: Any) -> None:
    token = tokens.confirmation_token(subscription)
    with django_assert_num_queries(1):
        found = tokens.confirmed_subscription(token)
        assert (found.subscriber, found.mailing_list) == (subscription.subscriber, subscription.mailing_list)
    assert found == subscription


def test_holds_no_address_and_fits_a_link(subscription: Subscription) -> None:
    token = tokens.confirmation_token(subscription)
    assert subscription.subscriber.email.split("@")[0] not in signing.b64_decode(token.split(":")[0].encode()).decode()
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_:")
    assert len(token) < 150


def test_lasts_three_days(subscription: Subscription) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        token = tokens.confirmation_token(subscription)
        clock.move_to(NOW + CONFIRMATION_AGE)
        assert tokens.confirmed_subscription(token) == subscription
        clock.move_to(NOW + CONFIRMATION_AGE + SECOND)
        with pytest.raises(ExpiredToken, match=r"expired\. Subscribe again"):
            tokens.confirmed_subscription(token)


def test_no_character_may_be_changed(subscription: Subscription) -> None:
    token = tokens.confirmation_token(subscription)
    for index, character in enumerate(token[:-1]):
        invalid(f"{token[:index]}{'B' if character == 'A' else 'A'}{token[index + 1 :]}")
    invalid(token[:-2])
    invalid(f"{token}x")


@pytest.mark.parametrize("token", ["", ":", "::", "a:b:c", "读:者:好", "x" * 10_000, "\0", ".eJw:a:b"])
def test_what_is_no_token_is_refused(token: str) -> None:
    invalid(token)


def test_one_of_another_purpose_is_refused(subscription: Subscription) -> None:
    value = [subscription.pk, subscription.token]
    assert tokens.confirmed_subscription(signing.dumps(value, salt=SALT)) == subscription
    for salt in ("subscribers.erase", "django.core.signing", ""):
        invalid(signing.dumps(value, salt=salt))


def test_one_of_another_key_is_refused(subscription: Subscription, settings: Any) -> None:
    token = tokens.confirmation_token(subscription)
    settings.SECRET_KEY = "another key altogether, of a fitting length"
    invalid(token)


@pytest.mark.parametrize("value", [[], 5, None, {"a": 1}, [1, 2, 3], [1, None]])
def test_one_that_says_something_else_is_refused(value: Any, subscription: Subscription) -> None:
    invalid(signing.dumps(value, salt=SALT))


def test_one_of_a_subscription_that_is_gone_or_another_is_refused(subscription: Subscription) -> None:
    token = tokens.confirmation_token(subscription)
    Subscription.objects.update(token="0" * 32)
    invalid(token)
    Subscription.objects.all().delete()
    invalid(token)
