"""From an SQS queue to stored events: the real client against moto's queue, its dead-letter queue, and its SNS."""

from __future__ import annotations

import dataclasses
import datetime
import json
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
import time_machine
from botocore.exceptions import EndpointConnectionError
from django.db import DataError, OperationalError
from django.test import Client
from moto import mock_aws

from newsletter.events import applying, door, fetching, queue
from newsletter.events.queue import Consumed, Consumer, default_consumer
from newsletter.models import DeliveryEvent, DeliveryState
from tests.newsletter.delivery.making import configure, delivery, put, sending
from tests.newsletter.events.samples import published
from tests.newsletter.events.telling import told
from tests.newsletter.management.running import refused, run, shell

pytestmark = [pytest.mark.usefixtures("installation")]
REGION = "us-east-1"
ENDPOINT = f"https://sqs.{REGION}.amazonaws.com"
TRIES = 2


@dataclasses.dataclass(frozen=True)
class Aws:
    """A queue whose messages go to the dead-letter queue after ``TRIES``, and a topic that writes to it."""

    sqs: Any
    sns: Any
    queue: str
    dead: str
    topic: str

    def send(self, *bodies: str) -> None:
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.queue, MessageBody=body)

    def waiting(self, url: str) -> int:
        attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return int(attributes["ApproximateNumberOfMessages"]) + int(attributes["ApproximateNumberOfMessagesNotVisible"])

    def subscribe(self, *, raw: bool) -> None:
        subscribed = self.sns.subscribe(
            TopicArn=self.topic, Protocol="sqs", Endpoint=self._arn(self.queue), ReturnSubscriptionArn=True
        )
        if raw:
            self.sns.set_subscription_attributes(
                SubscriptionArn=subscribed["SubscriptionArn"],
                AttributeName="RawMessageDelivery",
                AttributeValue="true",
            )

    def _arn(self, url: str) -> str:
        attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
        return str(attributes["QueueArn"])


@pytest.fixture
def aws(environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setattr(queue, "SHORT_POLL", 0)
    with mock_aws():
        sqs, sns = boto3.client("sqs", region_name=REGION), boto3.client("sns", region_name=REGION)
        dead = sqs.create_queue(QueueName="feedback-dead")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": TRIES})
        attributes = {"RedrivePolicy": redrive, "VisibilityTimeout": "0"}
        url = sqs.create_queue(QueueName="feedback", Attributes=attributes)["QueueUrl"]
        topic = sns.create_topic(Name="feedback")["TopicArn"]
        configure(feedback_queue=url, sqs_endpoint=ENDPOINT, aws_region=REGION, sns_topics=[topic])
        door._certificates.cache_clear()
        yield Aws(sqs, sns, url, dead, topic)
        door._certificates.cache_clear()


@pytest.fixture
def certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    """In production certificates are fetched, here from moto, which answers for SNS's hosts."""
    monkeypatch.setattr(fetching, "fetch", lambda url: requests.get(url, timeout=5).content)
    configure(environment="production")


def events(count: int) -> list[str]:
    return [json.dumps(published("Bounce", tag=f"7-{n}-1")) for n in range(1, count + 1)]


def test_what_is_there_is_stored_and_deleted(aws: Aws) -> None:
    aws.send(*events(23))
    run("consume_feedback", "--once")
    assert DeliveryEvent.objects.count() == 23
    assert (aws.waiting(aws.queue), aws.waiting(aws.dead)) == (0, 0)


def test_an_event_is_the_same_at_both_doors(aws: Aws) -> None:
    campaign = sending(1)
    put(campaign, DeliveryState.SUBMITTING, attempt=1)
    text = told("Delivery", delivery(campaign))
    aws.send(text, text, json.dumps(json.loads(text), indent=1))
    door.store([text])
    assert default_consumer().drain().taken == 3
    assert applying.apply_pending() == 1
    assert delivery(campaign).delivered_at is not None


def test_the_topics_first_word_is_taken_and_not_stored(aws: Aws) -> None:
    aws.send("Successfully validated SNS topic for Amazon SES event publishing.")
    assert default_consumer().drain().taken == 1
    assert not DeliveryEvent.objects.exists()


@pytest.mark.usefixtures("certificates")
@pytest.mark.parametrize("raw", [True, False])
def test_what_sns_writes_to_the_queue_is_taken_raw_or_wrapped(aws: Aws, raw: bool) -> None:
    aws.subscribe(raw=raw)
    aws.sns.publish(TopicArn=aws.topic, Message=events(1)[0])
    assert default_consumer().drain() == Consumed(taken=1, left=0)
    assert DeliveryEvent.objects.get().kind == "bounce"
    assert aws.waiting(aws.queue) == 0


@pytest.mark.usefixtures("certificates")
def test_what_motos_sns_signs_is_let_in_at_the_http_door_too(aws: Aws, client: Client) -> None:
    aws.subscribe(raw=False)
    aws.sns.publish(TopicArn=aws.topic, Message=events(1)[0])
    body = aws.sqs.receive_message(QueueUrl=aws.queue)["Messages"][0]["Body"]
    assert client.post("/hooks/sns/", body, content_type="text/plain").status_code == 200
    altered = json.loads(body) | {"Message": events(2)[1]}
    assert client.post("/hooks/sns/", json.dumps(altered), content_type="text/plain").status_code == 403
    assert DeliveryEvent.objects.count() == 1


@pytest.mark.usefixtures("certificates")
def test_a_wrapped_event_may_have_waited_in_the_queue_for_days(aws: Aws) -> None:
    aws.subscribe(raw=False)
    aws.sns.publish(TopicArn=aws.topic, Message=events(1)[0])
    with time_machine.travel(datetime.timedelta(days=3), tick=False):
        assert default_consumer().drain().taken == 1


# What is left to the dead-letter queue


def wrapped(aws: Aws, **changes: str) -> str:
    aws.subscribe(raw=False)
    aws.sns.publish(TopicArn=aws.topic, Message=events(1)[0])
    message = aws.sqs.receive_message(QueueUrl=aws.queue)["Messages"][0]
    aws.sqs.delete_message(QueueUrl=aws.queue, ReceiptHandle=message["ReceiptHandle"])
    return json.dumps(json.loads(message["Body"]) | changes)


POISON: dict[str, Callable[[Aws], str]] = {
    "event: not JSON": lambda _: "{",
    "event: not a JSON object": lambda _: "[]",
    "neither eventType nor notificationType": lambda _: '{"Type": "Something"}',
    "characters; 300000 are the most": lambda _: json.dumps(published("Bounce") | {"more": "x" * 300_000}),
    "bad_signature": lambda aws: wrapped(aws, Message=events(2)[1]),
    "wrong_topic": lambda aws: wrapped(aws, TopicArn="arn:aws:sns:us-east-1:123456789012:other"),
    "bad_url": lambda aws: wrapped(aws, SigningCertURL="https://sns.us-east-1.evil.example/x.pem"),
    "malformed": lambda aws: wrapped(aws, Type="Something"),
}


@pytest.mark.usefixtures("certificates")
@pytest.mark.parametrize("why", POISON)
def test_poison_is_never_deleted_and_ends_in_the_dead_letter_queue(
    aws: Aws, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    aws.send(POISON[why](aws), *events(2))
    for _ in range(TRIES + 1):
        run("consume_feedback", "--once")
    assert (aws.waiting(aws.queue), aws.waiting(aws.dead)) == (0, 1)
    assert DeliveryEvent.objects.count() == 2
    assert why in caplog.text
    assert "reader@example.com" not in caplog.text


def test_a_certificate_out_of_reach_leaves_the_message_for_later(aws: Aws) -> None:
    aws.send(wrapped(aws))  # development fetches none
    consumer = default_consumer()
    assert consumer._take(consumer._receive(0)) != set()
    assert aws.waiting(aws.queue) == 1


@pytest.mark.django_db(transaction=True)
def test_one_event_that_the_database_refuses_keeps_no_other_out(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    insert = door.insert

    def picky(rows: Sequence[DeliveryEvent]) -> int:
        if any(row.position == 2 for row in rows):
            raise DataError("value out of range")
        return insert(rows)

    monkeypatch.setattr(door, "insert", picky)
    aws.send(*events(4))
    assert default_consumer().drain().taken == 3
    assert set(DeliveryEvent.objects.values_list("position", flat=True)) == {1, 3, 4}


# Trouble


class Scripted:
    """Stands in for boto3's client where a call is to fail."""

    def __init__(self, aws: Aws, **answers: Any) -> None:
        self.aws, self.answers = aws, answers

    def __getattr__(self, name: str) -> Any:
        return self.answers.get(name) or getattr(self.aws.sqs, name)


def unreachable(**_: object) -> Any:
    raise EndpointConnectionError(endpoint_url="https://sqs.example")


def test_what_is_not_deleted_comes_again_and_is_stored_once(aws: Aws, caplog: pytest.LogCaptureFixture) -> None:
    failed = {"Failed": [{"Id": "0", "Code": "InternalError", "SenderFault": False}]}
    aws.send(*events(1))
    for answer in (unreachable, lambda **_: failed):
        consumer = Consumer(Scripted(aws, delete_message_batch=answer), aws.queue)
        consumer._take(consumer._receive(0))
    assert caplog.text.count("will come again") == 2
    assert DeliveryEvent.objects.count() == 1


def test_nothing_is_deleted_that_was_not_stored(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(rows: object) -> int:
        raise OperationalError("the server closed the connection")

    aws.send(*events(2))
    with monkeypatch.context() as patch:
        patch.setattr(door, "insert", lost)
        assert "can't be read" in refused("consume_feedback", "--once")
    assert aws.waiting(aws.queue) == 2
    assert default_consumer().drain().taken == 2


def test_trouble_is_waited_out_longer_and_longer(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    consumer = Consumer(Scripted(aws, receive_message=unreachable), aws.queue)
    pauses: list[float] = []

    def wait(seconds: float) -> bool:
        pauses.append(seconds)
        if len(pauses) == 6:
            consumer._client = aws.sqs
            aws.send(*events(1))
            monkeypatch.setattr(queue, "LONG_POLL", 0)
            monkeypatch.setattr(consumer, "_delete", lambda messages: consumer._stop.set())
        return False

    monkeypatch.setattr(consumer._stop, "wait", wait)
    assert consumer.run().taken == 1
    assert pauses == [1, 2, 5, 15, 60, 60]


def test_sigterm_ends_a_wait_at_once_and_is_no_failure(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    def terminated(**_: object) -> Any:
        signal.raise_signal(signal.SIGTERM)
        raise AssertionError("went on waiting")

    before = signal.getsignal(signal.SIGTERM)
    consumer = Consumer(Scripted(aws, receive_message=terminated), aws.queue)
    monkeypatch.setattr(queue, "default_consumer", lambda: consumer)
    run("consume_feedback")
    assert signal.getsignal(signal.SIGTERM) == before


def test_sigterm_lets_what_was_received_be_stored(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    insert = door.insert

    def terminated(rows: Sequence[DeliveryEvent]) -> int:
        signal.raise_signal(signal.SIGTERM)
        return insert(rows)

    monkeypatch.setattr(door, "insert", terminated)
    aws.send(*events(3))
    run("consume_feedback")
    assert (DeliveryEvent.objects.count(), aws.waiting(aws.queue)) == (3, 0)


def test_without_a_queue_it_is_refused(aws: Aws) -> None:
    configure(feedback_queue="")
    assert "SUDI_FEEDBACK_QUEUE" in refused("consume_feedback")


def test_development_never_calls_aws(aws: Aws) -> None:
    configure(sqs_endpoint="")
    assert "AWS_ENDPOINT_URL_SQS" in refused("consume_feedback", "--once")


def test_wrong_usage_is_status_two(tmp_path: Path) -> None:
    assert shell("consume_feedback", "--forever", data_dir=tmp_path).returncode == 2
