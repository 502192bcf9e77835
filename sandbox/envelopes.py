"""SNS messages around event records: a topic's first two, and notifications."""

import json
from datetime import datetime
from functools import cache

from sandbox.aws import REGION
from sandbox.clock import iso
from sandbox.events import Record, stable_uuid

VALIDATED_TEXT = "Successfully validated SNS topic for Amazon SES event publishing."
_SUBJECT = "Amazon SES Email Event Notification"

Message = dict[str, str]


def confirmation(topic_arn: str, identity: str, at: datetime) -> Message:
    """What SNS posts first to a new HTTP(S) endpoint. ``identity`` makes the token this sandbox's own."""
    token = "".join(stable_uuid(identity, "token", index).hex for index in range(8))
    return {
        "Type": "SubscriptionConfirmation",
        "MessageId": str(stable_uuid(identity, "confirmation")),
        "Token": token,
        "TopicArn": topic_arn,
        "Message": f"You have chosen to subscribe to the topic {topic_arn}.\n"
        "To confirm the subscription, visit the SubscribeURL included in this message.",
        "SubscribeURL": f"https://sns.{REGION}.amazonaws.com/?Action=ConfirmSubscription"
        f"&TopicArn={topic_arn}&Token={token}",
        "Timestamp": iso(at),
    }


def validated(topic_arn: str, identity: str, at: datetime) -> Message:
    """The plain text that SES publishes once an event destination is set up."""
    return _notification(topic_arn, str(stable_uuid(identity, "validated")), VALIDATED_TEXT, at)


def event(topic_arn: str, identity: str, number: int, record: Record, at: datetime) -> Message:
    """One event. ``number`` is its place in the outbox; a repeat has the same MessageId, as with SNS."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return _notification(topic_arn, str(stable_uuid(identity, number)), text, at)


@cache
def subscription_arn(topic_arn: str, identity: str) -> str:
    """The ARN of the hook's subscription."""
    return f"{topic_arn}:{stable_uuid(identity, 'subscription')}"


@cache
def unsubscribe_url(topic_arn: str, identity: str) -> str:
    """Stands in every notification; not signed."""
    arn = subscription_arn(topic_arn, identity)
    return f"https://sns.{REGION}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={arn}"


def _notification(topic_arn: str, message_id: str, text: str, at: datetime) -> Message:
    return {
        "Type": "Notification",
        "MessageId": message_id,
        "TopicArn": topic_arn,
        "Subject": _SUBJECT,
        "Message": text,
        "Timestamp": iso(at),
    }
