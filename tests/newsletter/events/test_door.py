"""From an SNS message at the hook to a stored event."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from newsletter.events import applying, door, fetching
from newsletter.events.fetching import FetchFailed
from newsletter.models import Delivery, DeliveryEvent, DeliveryState
from tests.newsletter.delivery.making import configure, delivery, put, sending
from tests.newsletter.events.samples import HAPPENED_AT, MESSAGE_ID, published
from tests.newsletter.events.signing import (
    CERTIFICATE_URL,
    NOW,
    SUBSCRIBE_URL,
    TOPIC,
    confirmation,
    make_pem,
    notification,
    post_body,
    rsa_key,
    sign,
)
from tests.newsletter.events.telling import told

pytestmark = [pytest.mark.dialects, pytest.mark.usefixtures("installation")]


@pytest.fixture(autouse=True)
def sns(tmp_path: Path, environment: None) -> Iterator[None]:
    """A topic of ours, whose certificate is on file, on the day on which the messages are signed."""
    (tmp_path / "sns.pem").write_bytes(make_pem())
    configure(sns_topics=[TOPIC], sns_certificates={CERTIFICATE_URL: str(tmp_path / "sns.pem")})
    door._certificates.cache_clear()
    with time_machine.travel(NOW, tick=False):
        yield
    door._certificates.cache_clear()


def post(client: Client, body: bytes) -> tuple[int, str]:
    response = client.post("/hooks/sns/", body, content_type="text/plain; charset=UTF-8")
    return response.status_code, response.text


def telling(text: str, **changes: Any) -> bytes:
    return post_body(notification(Message=text, **changes))


def test_a_signed_event_is_stored_as_it_came_and_applied_later(client: Client) -> None:
    event = published("Bounce", tag="7-1204-2")
    assert post(client, telling(json.dumps(event))) == (200, "ok\n")
    row = DeliveryEvent.objects.get()
    assert (row.kind, row.campaign_id, row.position, row.attempt) == ("bounce", 7, 1204, 2)
    assert (row.message_id, row.at.isoformat()) == (MESSAGE_ID, HAPPENED_AT.replace("801Z", "801000+00:00"))
    assert json.loads(row.raw) == event
    assert (row.applied_at, row.unmatched) == (None, False)


def test_the_hook_only_inserts(client: Client, statements: list[str]) -> None:
    campaign = sending(1)
    put(campaign, DeliveryState.SUBMITTING, attempt=1)
    body = telling(told("Delivery", delivery(campaign)))
    del statements[:]
    assert post(client, body)[0] == 200
    writes = [sql for sql in statements if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [sql.split('"')[1] for sql in writes] == ["newsletter_deliveryevent"]
    assert delivery(campaign).state == DeliveryState.SUBMITTING


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_replay_is_stored_once_whatever_carries_it(client: Client, version: str) -> None:
    text = json.dumps(published("Bounce"))
    for message_id in ("one", "one", "another"):
        assert post(client, telling(text, MessageId=message_id, SignatureVersion=version))[0] == 200
    door.store([text, json.dumps(json.loads(text), indent=2)])  # at the other door, in another spelling
    assert DeliveryEvent.objects.count() == 1


def test_a_replay_of_what_was_applied_is_not_applied_again(client: Client) -> None:
    text = json.dumps(published("Bounce", tag=None))
    post(client, telling(text))
    applying.apply_pending()
    applied_at = DeliveryEvent.objects.get().applied_at
    post(client, telling(text))
    assert applying.apply_pending() == 0
    assert DeliveryEvent.objects.get().applied_at == applied_at


def test_a_replay_of_what_was_folded_changes_nothing(client: Client) -> None:
    campaign = sending(1)
    put(campaign, DeliveryState.SUBMITTING, attempt=1)
    text = told("Delivery", delivery(campaign))
    rows = []
    for _ in range(2):
        post(client, telling(text))
        assert applying.apply_pending() == 1
        rows.append(Delivery.objects.filter(campaign_id=campaign.pk).values().get())
    assert rows[0] == rows[1]
    assert not DeliveryEvent.objects.exists()


# What is not let in


def forged() -> bytes:
    return post_body(notification(Message=json.dumps(published("Complaint"))), rsa_key("somebody else"))


def altered() -> bytes:
    return json.dumps(sign(notification()) | {"Message": json.dumps(published("Complaint"))}).encode()


def of_another_topic() -> bytes:
    return telling(json.dumps(published("Complaint")), TopicArn=TOPIC + "-of-somebody-else")


def of_yesterday() -> bytes:
    return telling(json.dumps(published("Complaint")), Timestamp="2026-06-30T11:00:00.000Z")


@pytest.mark.parametrize(
    ("make", "answer"),
    [
        (forged, (403, "bad_signature\n")),
        (altered, (403, "bad_signature\n")),
        (of_another_topic, (403, "wrong_topic\n")),
        (of_yesterday, (403, "too_old\n")),
        (lambda: b"{}", (400, "malformed\n")),
    ],
)
def test_what_sns_did_not_send_us_is_not_stored(client: Client, make: Any, answer: tuple[int, str]) -> None:
    assert post(client, make()) == answer
    assert not DeliveryEvent.objects.exists()


def test_without_a_topic_of_ours_nothing_is_let_in(client: Client) -> None:
    configure(sns_topics=[])
    assert post(client, telling(json.dumps(published("Bounce")))) == (403, "wrong_topic\n")


def test_a_certificate_that_can_not_be_had_may_be_had_later(client: Client) -> None:
    configure(sns_certificates={})
    door._certificates.cache_clear()
    assert post(client, telling(json.dumps(published("Bounce")))) == (503, "certificate_unavailable\n")


# Texts that are no events


def test_the_topics_first_word_is_nothing_to_store(client: Client) -> None:
    text = "Successfully validated SNS topic for Amazon SES event publishing."
    assert post(client, telling(text))[0] == 200
    assert not DeliveryEvent.objects.exists()


@pytest.mark.parametrize(
    "text",
    ["hello", "{", "[]", "{}", '{"eventType": "Send"}', '{"eventType": "Send", "mail": {"messageId": 7}}', "nul\0"],
)
def test_a_signed_text_that_is_no_event_is_kept_for_ops(client: Client, text: str) -> None:
    assert post(client, telling(text))[0] == 200
    assert post(client, telling(text))[0] == 200
    row = DeliveryEvent.objects.get()
    assert (row.kind, row.unmatched, row.raw) == ("unknown", True, text.replace("\0", "\ufffd"))
    assert applying.apply_pending() == 0


@pytest.mark.parametrize("text", ["cut in half: \ud83d", json.dumps(published("Bounce", reportingMTA="\ud83d\0"))])
def test_text_that_no_database_keeps_is_stored_all_the_same(text: str) -> None:
    assert door.store([text]) == 1
    assert DeliveryEvent.objects.count() == 1


def test_an_unknown_kind_of_event_is_stored(client: Client) -> None:
    event = published("Send") | {"eventType": "Teleported"}
    assert post(client, telling(json.dumps(event)))[0] == 200
    assert applying.apply_pending() == 1
    assert DeliveryEvent.objects.get().kind == "unknown"


def test_a_batch_is_stored_by_one_statement(statements: list[str]) -> None:
    texts = [json.dumps(published("Send", tag=f"7-{n}-1")) for n in range(1, 11)]
    del statements[:]
    door.store([*texts, texts[0], "Successfully validated SNS topic"])
    assert DeliveryEvent.objects.count() == 10
    assert sum(sql.startswith("INSERT") for sql in statements) == 1


def test_nothing_is_stored_for_nothing() -> None:
    assert door.store([]) == 0


# Subscriptions


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    urls: list[str] = []

    def fetch(url: str) -> bytes:
        urls.append(url)
        return b"<ConfirmSubscriptionResponse/>"

    monkeypatch.setattr(fetching, "fetch", fetch)
    return urls


def test_production_confirms_the_subscription_of_an_allowed_topic(client: Client, fetched: list[str]) -> None:
    configure(environment="production")
    assert post(client, post_body(confirmation()))[0] == 200
    assert fetched == [SUBSCRIBE_URL]


def test_development_confirms_nothing(client: Client, fetched: list[str]) -> None:
    assert post(client, post_body(confirmation()))[0] == 200
    assert fetched == []


def test_a_subscription_of_another_topic_is_not_confirmed(client: Client, fetched: list[str]) -> None:
    configure(environment="production", sns_topics=["arn:aws:sns:eu-west-1:123456789012:other"])
    assert post(client, post_body(confirmation())) == (403, "wrong_topic\n")
    assert fetched == []


def test_a_confirmation_that_fails_may_be_tried_again(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(url: str) -> bytes:
        raise FetchFailed("timed out")

    monkeypatch.setattr(fetching, "fetch", fail)
    configure(environment="production")
    assert post(client, post_body(confirmation())) == (503, "unconfirmed\n")


def test_a_subscription_that_ended_is_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    assert post(client, post_body(confirmation(Type="UnsubscribeConfirmation")))[0] == 200
    assert "no longer sends to us" in caplog.text
