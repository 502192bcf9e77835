"""What a reader sees of their subscriptions, leaving by the button, and taking it back."""

from __future__ import annotations

import pytest
from django.test import Client

from subscribers import consent, subscriptions
from subscribers.consent import Evidence
from subscribers.models import ConsentDetail, Standing, Subscriber, Subscription
from subscribers.web.pages import masked
from tests.factories import MailingListFactory, SubscriptionFactory
from tests.subscribers.web.checks import UNKNOWN_TOKENS, assert_private, records, standing

PAGES = ["/s/{}/", "/s/{}/unsubscribe/", "/u/{}"]


@pytest.fixture
def client() -> Client:
    """A browser inside a mail program, which keeps no cookies."""
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_a_page_changes_nothing(client: Client, subscription: Subscription, address: str, method: str) -> None:
    response = getattr(client, method)(address.format(subscription.token))
    assert response.status_code == 200
    assert_private(response)
    assert standing(subscription) == Standing.SUBSCRIBED
    assert records() == []


@pytest.mark.parametrize("address", PAGES)
def test_a_page_shows_the_list_and_a_masked_address(client: Client, subscription: Subscription, address: str) -> None:
    page = client.get(address.format(subscription.token)).text
    assert "The Daily" in page
    assert "j…@example.test" in page


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("token", UNKNOWN_TOKENS)
def test_unknown_tokens_all_look_alike(client: Client, address: str, token: str) -> None:
    response, other = client.get(address.format(token)), client.get(address.format("1" * 32))
    assert response.status_code == 404
    assert response.content == other.content
    assert_private(response)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/s/{}/unsubscribe/", "/s/{}/rejoin/"])
def test_posting_with_an_unknown_token_is_not_found(client: Client, address: str) -> None:
    assert client.post(address.format("1" * 32)).status_code == 404


@pytest.mark.parametrize(
    ("method", "address"), [("post", "/s/{}/"), ("get", "/s/{}/rejoin/"), ("put", "/s/{}/unsubscribe/")]
)
def test_other_methods_are_refused(client: Client, subscription: Subscription, method: str, address: str) -> None:
    response = getattr(client, method)(address.format(subscription.token))
    assert response.status_code == 405
    assert_private(response)


def test_the_button_leaves_and_shows_the_way_back(client: Client, subscription: Subscription) -> None:
    response = client.post(f"/s/{subscription.token}/unsubscribe/")
    assert response.status_code == 302
    assert_private(response)
    assert standing(subscription) == Standing.UNSUBSCRIBED
    page = client.get(response.headers["Location"])
    assert_private(page)
    assert "You are unsubscribed" in page.text
    assert f'action="/s/{subscription.token}/rejoin/"' in page.text
    assert records() == [("unsubscribed", "unsubscribe page")]


def test_the_record_holds_the_words_that_were_shown_and_the_reason(client: Client, subscription: Subscription) -> None:
    Subscriber.objects.update(language="zh-Hans")
    before = client.get(f"/s/{subscription.token}/unsubscribe/").text
    client.post(f"/s/{subscription.token}/unsubscribe/", {"reason": " too \x00much\n" + "x" * 600})
    detail = ConsentDetail.objects.get()
    words, reason = detail.words.split("\n— ")
    question, button = words.removesuffix("]").split(" [")
    assert f"<h1>{question}</h1>" in before
    assert f">{button}</button>" in before
    assert reason.startswith("too much\nx")
    assert len(reason) == 500
    assert detail.locale == "zh-hans"
    assert list(consent.broken_links()) == []


def test_leaving_twice_is_leaving_once(client: Client, subscription: Subscription) -> None:
    for _ in range(2):
        assert client.post(f"/s/{subscription.token}/unsubscribe/").status_code == 302
    assert len(records()) == 1


@pytest.mark.parametrize("leave", ["/u/{}", "/s/{}/unsubscribe/"])
def test_leaving_can_be_undone_right_there(client: Client, subscription: Subscription, leave: str) -> None:
    client.post(leave.format(subscription.token))
    response = client.post(f"/s/{subscription.token}/rejoin/")
    assert response.headers["Location"] == f"/s/{subscription.token}/"
    assert_private(response)
    assert "You get every issue." in client.get(f"/s/{subscription.token}/").text
    assert standing(subscription) == Standing.SUBSCRIBED
    assert records()[1:] == [("confirmed", "undo")]
    assert list(consent.broken_links()) == []


def test_undoing_twice_is_undoing_once(client: Client, subscription: Subscription) -> None:
    client.post(f"/u/{subscription.token}")
    for _ in range(2):
        assert client.post(f"/s/{subscription.token}/rejoin/").status_code == 302
    assert len(records()) == 2


@pytest.mark.parametrize("status", [Standing.PENDING, Standing.PAUSED, Standing.SUBSCRIBED])
def test_who_has_not_left_has_nothing_to_undo(client: Client, subscription: Subscription, status: Standing) -> None:
    Subscription.objects.update(status=status)
    client.post(f"/s/{subscription.token}/rejoin/")
    assert standing(subscription) == status
    assert records() == []


@pytest.mark.parametrize("source", ["complaint", "import of list.csv, row 7"])
def test_who_did_not_leave_here_cannot_undo_it_here(client: Client, subscription: Subscription, source: str) -> None:
    subscriptions.unsubscribe(subscription, Evidence(source))
    page = client.get(f"/s/{subscription.token}/unsubscribe/").text
    assert "rejoin" not in page
    assert "subscribe again with your address" in page
    client.post(f"/s/{subscription.token}/rejoin/")
    assert standing(subscription) == Standing.UNSUBSCRIBED


def test_all_of_a_persons_lists_are_shown_with_their_standing(client: Client, subscription: Subscription) -> None:
    for status in (Standing.PENDING, Standing.PAUSED, Standing.UNSUBSCRIBED):
        SubscriptionFactory.create(
            subscriber=subscription.subscriber, mailing_list=MailingListFactory.create(name=status), status=status
        )
    SubscriptionFactory.create(mailing_list__name="Somebody else's")
    page = client.get(f"/s/{subscription.token}/").text
    words = ("You get every issue.", "Paused.", "Not confirmed yet", "You left this list.")
    assert [each for each in words if page.count(each) != 1] == []
    assert "Somebody else" not in page


@pytest.mark.parametrize(
    ("known", "asked", "shown"),
    [("zh-Hant", "en", "zh-hant"), ("", "zh-TW", "zh-hant"), ("", "zh-CN", "zh-hans"), ("", "fr", "en")],
)
def test_pages_speak_the_readers_language(
    client: Client, subscription: Subscription, known: str, asked: str, shown: str
) -> None:
    Subscriber.objects.update(language=known)
    response = client.get(f"/s/{subscription.token}/", headers={"Accept-Language": asked})
    assert f'<html lang="{shown}">' in response.text
    title = {"zh-hant": "你的訂閱", "zh-hans": "你的订阅", "en": "Your subscriptions"}[shown]
    assert f"<h1>{title}</h1>" in response.text
    assert response.headers["Content-Language"] == shown


def test_a_masked_address_shows_its_first_letter_and_its_domain() -> None:
    assert masked("jane.doe@example.test") == "j…@example.test"
    assert masked('"a@b"@example.test') == '"…@example.test'
