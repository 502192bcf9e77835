"""SES events: which come, what is in them, how they are signed."""

import re
from datetime import datetime
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature

from sandbox.aws import DEFAULT_TOPIC_ARN, SIGNING_CERT_URL
from tests.sandbox.receiver import Receiver, verify
from tests.sandbox.running import Sandbox, eventually
from tests.sandbox.sending import SENDER, bulk, entry, simple


def _send(sandbox: Sandbox, to: str, **more: Any) -> str:
    (result,) = sandbox.ses.send_bulk_email(**bulk(entry(to, tag="7-1-1", **more)))["BulkEmailEntryResults"]
    return str(result["MessageId"])


def _kinds(events: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {event["eventType"]: event for event in events}


def test_a_topic_starts_with_a_confirmation_and_a_plain_text(sandbox: Sandbox, receiver: Receiver) -> None:
    first, second = eventually(lambda: receiver.posts[:2] if len(receiver.posts) > 1 else [])

    assert first.body["Type"] == first.headers["x-amz-sns-message-type"] == "SubscriptionConfirmation"
    assert first.body["TopicArn"] == DEFAULT_TOPIC_ARN
    assert first.body["SubscribeURL"].startswith("https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&")
    assert first.body["Token"] in first.body["SubscribeURL"]
    assert second.body["Message"] == "Successfully validated SNS topic for Amazon SES event publishing."
    verify(first.body, sandbox.certificate)
    verify(second.body, sandbox.certificate)


def test_ordinary_mail_is_sent_and_delivered(sandbox: Sandbox, receiver: Receiver) -> None:
    message_id = _send(sandbox, "reader@example.test")
    events = _kinds(receiver.events(message_id, 2))

    assert set(events) == {"Send", "Delivery"}
    assert events["Send"]["send"] == {}
    assert events["Delivery"]["delivery"]["recipients"] == ["reader@example.test"]
    assert events["Delivery"]["delivery"]["processingTimeMillis"] >= 20


def test_the_mail_object_is_as_documented(sandbox: Sandbox, receiver: Receiver) -> None:
    message_id = _send(sandbox, "reader@example.test")
    mail = _kinds(receiver.events(message_id, 2))["Send"]["mail"]

    assert mail["source"] == SENDER
    assert mail["destination"] == ["reader@example.test"]
    assert mail["headersTruncated"] is False
    assert {"name": "From", "value": SENDER} in mail["headers"]
    assert mail["commonHeaders"]["subject"] == "速递 读者"
    assert mail["commonHeaders"]["messageId"] == message_id
    assert mail["tags"]["delivery"] == ["7-1-1"]
    assert mail["tags"]["ses:configuration-set"] == ["sudi"]
    assert all(isinstance(value, list) for value in mail["tags"].values())
    assert datetime.fromisoformat(mail["timestamp"]).tzinfo is not None


@pytest.mark.parametrize(
    ("address", "bounce_type", "subtype"),
    [
        ("bounce@simulator.amazonses.com", "Permanent", "General"),
        ("bounce+label@simulator.amazonses.com", "Permanent", "General"),
        ("suppressionlist@simulator.amazonses.com", "Permanent", "Suppressed"),
    ],
)
def test_the_simulator_bounces(
    sandbox: Sandbox, receiver: Receiver, address: str, bounce_type: str, subtype: str
) -> None:
    events = _kinds(receiver.events(_send(sandbox, address), 2))

    assert set(events) == {"Send", "Bounce"}
    bounce = events["Bounce"]["bounce"]
    assert (bounce["bounceType"], bounce["bounceSubType"]) == (bounce_type, subtype)
    assert bounce["bouncedRecipients"][0]["emailAddress"] == address
    assert bounce["bouncedRecipients"][0]["status"] == "5.1.1"
    assert {"feedbackId", "timestamp", "reportingMTA"} <= set(bounce)


def test_the_simulator_complains_after_delivery(sandbox: Sandbox, receiver: Receiver) -> None:
    events = _kinds(receiver.events(_send(sandbox, "complaint+x@simulator.amazonses.com"), 3))

    assert set(events) == {"Send", "Delivery", "Complaint"}
    complaint = events["Complaint"]["complaint"]
    assert (complaint["complaintFeedbackType"], complaint["complaintSubType"]) == ("abuse", None)
    assert complaint["complainedRecipients"] == [{"emailAddress": "complaint+x@simulator.amazonses.com"}]
    assert complaint["timestamp"] > events["Delivery"]["delivery"]["timestamp"]


@pytest.mark.parametrize("local", ["success", "ooto+1"])
def test_the_simulator_takes_mail(sandbox: Sandbox, receiver: Receiver, local: str) -> None:
    events = _kinds(receiver.events(_send(sandbox, f"{local}@simulator.amazonses.com"), 2))

    assert set(events) == {"Send", "Delivery"}


@pytest.mark.parametrize(("reason", "kind"), [("BOUNCE", "Bounce"), ("COMPLAINT", "Complaint")])
def test_an_address_on_the_accounts_list_is_accepted_and_not_mailed(
    sandbox: Sandbox, receiver: Receiver, reason: str, kind: str
) -> None:
    sandbox.ses.put_suppressed_destination(EmailAddress="gone@example.test", Reason=reason)
    events = _kinds(receiver.events(_send(sandbox, "Gone@example.test"), 2))

    assert set(events) == {"Send", kind}
    assert events[kind][kind.lower()][f"{kind.lower()}SubType"] == "OnAccountSuppressionList"


def test_a_missing_value_is_a_rendering_failure_after_success(sandbox: Sandbox, receiver: Receiver) -> None:
    message_id = _send(sandbox, "reader@example.test", ReplacementEmailContent={})
    (event,) = receiver.events(message_id, 1)

    assert event["eventType"] == "Rendering Failure"
    assert event["failure"]["errorMessage"] == "Attribute 'name' is not present in the rendering data."
    assert event["mail"]["tags"]["delivery"] == ["7-1-1"]
    assert sandbox.messages() == []
    assert sandbox.stats()["messages"] == 0


def test_recipients_of_one_message_come_to_different_ends(sandbox: Sandbox, receiver: Receiver) -> None:
    addresses = ["reader@example.test", "bounce@simulator.amazonses.com"]
    answer = sandbox.ses.send_email(**simple(ConfigurationSetName="sudi", Destination={"ToAddresses": addresses}))
    events = _kinds(receiver.events(answer["MessageId"], 3))

    assert events["Delivery"]["delivery"]["recipients"] == addresses[:1]
    assert events["Bounce"]["bounce"]["bouncedRecipients"][0]["emailAddress"] == addresses[1]
    assert events["Bounce"]["mail"]["destination"] == addresses


def test_mail_without_a_configuration_set_has_no_events(sandbox: Sandbox, receiver: Receiver) -> None:
    silent = sandbox.ses.send_email(**simple())["MessageId"]
    receiver.events(_send(sandbox, "reader@example.test"), 2)

    assert receiver.about(silent) == []


def test_both_signature_versions_verify_and_a_change_is_seen(sandbox: Sandbox, receiver: Receiver) -> None:
    ids = [_send(sandbox, "reader@example.test") for _ in range(4)]
    for message_id in ids:
        receiver.events(message_id, 2)
    posts = [post for message_id in ids for post in receiver.about(message_id)]

    assert {post.body["SignatureVersion"] for post in posts} == {"1", "2"}
    for post in posts:
        verify(post.body, sandbox.certificate)
        with pytest.raises(InvalidSignature):
            verify(post.body | {"Message": post.body["Message"] + " "}, sandbox.certificate)


def test_the_envelope_and_the_headers_are_those_of_sns(sandbox: Sandbox, receiver: Receiver) -> None:
    message_id = _send(sandbox, "reader@example.test")
    receiver.events(message_id, 2)
    post = receiver.about(message_id)[0]

    assert post.body["Subject"] == "Amazon SES Email Event Notification"
    assert post.body["SigningCertURL"] == SIGNING_CERT_URL
    assert re.fullmatch(
        r"https://sns\.us-east-1\.amazonaws\.com/SimpleNotificationService-[0-9a-f]{32}\.pem", SIGNING_CERT_URL
    )
    assert post.body["UnsubscribeURL"].startswith("https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&")
    assert post.headers["content-type"] == "text/plain; charset=UTF-8"
    assert post.headers["x-amz-sns-message-type"] == "Notification"
    assert post.headers["x-amz-sns-message-id"] == post.body["MessageId"]
    assert post.headers["x-amz-sns-topic-arn"] == post.body["TopicArn"] == DEFAULT_TOPIC_ARN
    assert post.headers["x-amz-sns-subscription-arn"].startswith(DEFAULT_TOPIC_ARN)


@pytest.mark.parametrize("answers", [[503, 500], [429, 302], [0, 0, 0, 0]])
def test_a_post_that_fails_comes_again_the_same(sandbox: Sandbox, receiver: Receiver, answers: list[int]) -> None:
    receiver.answers = answers
    message_id = _send(sandbox, "reader@example.test")
    receiver.events(message_id, 4)
    eventually(lambda: sandbox.get("/api/events").json["queued"] == 0)

    bodies = [post.body for post in receiver.about(message_id)]
    assert len({body["MessageId"] for body in bodies}) == 2
    assert len({body["Message"] for body in bodies}) == 2


def test_a_post_that_is_refused_is_dropped_and_counted(sandbox: Sandbox, receiver: Receiver) -> None:
    before = sandbox.get("/api/events").json["dropped"]
    receiver.answers = [403]
    message_id = _send(sandbox, "reader@example.test")

    receiver.events(message_id, 2)
    eventually(lambda: sandbox.get("/api/events").json["queued"] == 0)
    assert sandbox.get("/api/events").json["dropped"] == before + 1
    assert len(receiver.about(message_id)) == 2
