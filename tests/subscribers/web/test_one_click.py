"""RFC 8058: what a mail program may count on when it posts to the List-Unsubscribe address."""

from __future__ import annotations

import time

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from subscribers import consent
from subscribers.models import ConsentDetail, Standing, Subscription
from tests.subscribers.web.checks import UNKNOWN_TOKENS, assert_private, records, standing

BODY = {"List-Unsubscribe": "One-Click"}
AS_FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def program() -> Client:
    """A mail program: no cookies, no CSRF token."""
    return Client(enforce_csrf_checks=True)


def test_one_post_leaves_the_list(program: Client, subscription: Subscription) -> None:
    response = program.post(f"/u/{subscription.token}", "List-Unsubscribe=One-Click", content_type=AS_FORM)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "text/plain")
    assert standing(subscription) == Standing.UNSUBSCRIBED
    assert_private(response)


def test_it_is_recorded_as_what_it_was(program: Client, subscription: Subscription) -> None:
    headers = {"User-Agent": "Mail/1.0", "Accept-Language": "zh-Hans"}
    program.post(f"/u/{subscription.token}", BODY, headers=headers, REMOTE_ADDR="192.0.2.77")
    assert records() == [("unsubscribed", "one-click")]
    detail = ConsentDetail.objects.get()
    assert (detail.ip, detail.user_agent, detail.locale) == ("192.0.2.0", "Mail/1.0", "zh-hans")
    assert list(consent.broken_links()) == []


def test_again_is_as_good_as_once(program: Client, subscription: Subscription) -> None:
    answers = [program.post(f"/u/{subscription.token}", BODY) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len({answer.content for answer in answers}) == 1
    assert len(records()) == 1


@pytest.mark.parametrize("status", [Standing.PENDING, Standing.PAUSED])
def test_who_waits_or_pauses_leaves_as_well(program: Client, subscription: Subscription, status: Standing) -> None:
    Subscription.objects.update(status=status)
    assert program.post(f"/u/{subscription.token}", BODY).status_code == 200
    assert standing(subscription) == Standing.UNSUBSCRIBED


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", AS_FORM),
        (b"List-Unsubscribe=One-Click\r\n", "text/plain"),
        (b"not multipart at all", "multipart/form-data; boundary=x"),
        (b"x" * 5_000_000, AS_FORM),
    ],
)
def test_no_body_keeps_a_reader(program: Client, subscription: Subscription, body: bytes, content_type: str) -> None:
    assert program.generic("POST", f"/u/{subscription.token}", body, content_type).status_code == 200
    assert standing(subscription) == Standing.UNSUBSCRIBED


def test_a_final_slash_is_no_redirect(program: Client, subscription: Subscription) -> None:
    assert program.post(f"/u/{subscription.token}/", BODY).status_code == 200
    assert standing(subscription) == Standing.UNSUBSCRIBED


@pytest.mark.django_db
@pytest.mark.parametrize("token", UNKNOWN_TOKENS)
def test_an_unknown_token_is_not_found_in_plain_text(program: Client, token: str) -> None:
    response = program.post(f"/u/{token}", BODY)
    assert (response.status_code, response.headers["Content-Type"]) == (404, "text/plain")
    assert_private(response)


def test_it_is_quick(program: Client, subscription: Subscription) -> None:
    begun = time.monotonic()
    program.post(f"/u/{subscription.token}", BODY)
    assert time.monotonic() - begun < 1


def test_it_takes_few_queries(
    program: Client, subscription: Subscription, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    # Find, update, lock the reader, read the chain's end, append the record and its detail, within a savepoint.
    with django_assert_max_num_queries(8):
        program.post(f"/u/{subscription.token}", BODY)


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_address_leaves_nothing(program: Client, subscription: Subscription, method: str) -> None:
    response = getattr(program, method)(f"/u/{subscription.token}")
    assert response.status_code == 200
    assert_private(response)
    assert standing(subscription) == Standing.SUBSCRIBED
    assert records() == []


def test_opening_the_address_shows_a_button_that_leaves(program: Client, subscription: Subscription) -> None:
    page = program.get(f"/u/{subscription.token}").text
    assert "Stop getting “The Daily”?" in page
    assert f'<form method="post" action="/s/{subscription.token}/unsubscribe/">' in page


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_no_other_method_does_anything(program: Client, subscription: Subscription, method: str) -> None:
    assert getattr(program, method)(f"/u/{subscription.token}").status_code == 405
    assert standing(subscription) == Standing.SUBSCRIBED
