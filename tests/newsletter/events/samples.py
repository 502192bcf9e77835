"""Events as SES documents them, about mail that was never sent."""

from __future__ import annotations

from typing import Any

READER = "reader@example.com"
MESSAGE_ID = "0102019a7c3f2b10-5d2c7a1e-4f0b-4c55-9a57-1f6d2e8b9c40-000000"
SENT_AT = "2026-07-01T11:59:50.412Z"
HAPPENED_AT = "2026-07-01T11:59:57.801Z"
RELAY = "dns; a7-31.smtp-out.eu-west-1.amazonses.com"

DETAILS: dict[str, tuple[str, dict[str, Any]]] = {
    "Send": ("send", {}),
    "Delivery": (
        "delivery",
        {
            "timestamp": HAPPENED_AT,
            "processingTimeMillis": 7389,
            "recipients": [READER],
            "smtpResponse": "250 2.0.0 OK 1751371197 q12si1029384wmq.77 - gsmtp",
            "remoteMtaIp": "192.0.2.44",
            "reportingMTA": RELAY,
        },
    ),
    "DeliveryDelay": (
        "deliveryDelay",
        {
            "timestamp": HAPPENED_AT,
            "delayType": "MailboxFull",
            "expirationTime": "2026-07-02T01:59:50.412Z",
            "reportingMTA": RELAY,
            "delayedRecipients": [
                {"emailAddress": READER, "status": "4.2.2", "diagnosticCode": "smtp; 452 4.2.2 Over quota"}
            ],
        },
    ),
    "Bounce": (
        "bounce",
        {
            "feedbackId": "0102019a7c3f4901-77aa8b1f-000000",
            "bounceType": "Permanent",
            "bounceSubType": "NoEmail",
            "bouncedRecipients": [
                {
                    "emailAddress": READER,
                    "action": "failed",
                    "status": "5.1.1",
                    "diagnosticCode": "smtp; 550 5.1.1 <reader@example.com>: no such user",
                }
            ],
            "timestamp": HAPPENED_AT,
            "remoteMtaIp": "192.0.2.44",
            "reportingMTA": RELAY,
        },
    ),
    "Complaint": (
        "complaint",
        {
            "feedbackId": "0102019a7c3f5511-90b1cc02-000000",
            "complaintSubType": None,
            "complainedRecipients": [{"emailAddress": READER}],
            "timestamp": HAPPENED_AT,
            "userAgent": "Example Feedback Loop (V1.2)",
            "complaintFeedbackType": "abuse",
            "arrivalDate": "2026-07-01T11:59:55.000Z",
        },
    ),
    "Reject": ("reject", {"reason": "Bad content"}),
    "Rendering Failure": (
        "failure",
        {"templateName": "sudi-4be1", "errorMessage": "Attribute 'name' is not present in the rendering data."},
    ),
    "Open": (
        "open",
        {"timestamp": HAPPENED_AT, "ipAddress": "198.51.100.7", "userAgent": "Mozilla/5.0 (via ggpht.com proxy)"},
    ),
    "Click": (
        "click",
        {
            "timestamp": HAPPENED_AT,
            "ipAddress": "198.51.100.7",
            "userAgent": "Mozilla/5.0",
            "link": "https://news.example/速递?p=1",
            "linkTags": {"story": ["3"]},
        },
    ),
    "Subscription": (
        "subscription",
        {
            "contactList": "Readers",
            "timestamp": HAPPENED_AT,
            "source": "UnsubscribeHeader",
            "newTopicPreferences": {"unsubscribeAll": True, "topicSubscriptionStatus": []},
            "oldTopicPreferences": {"unsubscribeAll": False, "topicSubscriptionStatus": []},
        },
    ),
}


def mail(*, tag: str | None = "7-1204-1", **changes: Any) -> dict[str, Any]:
    tags = {
        "ses:source-tls-version": ["TLSv1.3"],
        "ses:operation": ["SendBulkEmail"],
        "ses:configuration-set": ["sudi"],
        "ses:from-domain": ["news.example"],
    }
    return {
        "timestamp": SENT_AT,
        "source": "=?UTF-8?B?6YCf6YCS?= <daily@news.example>",
        "sourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/news.example",
        "sendingAccountId": "123456789012",
        "messageId": MESSAGE_ID,
        "destination": [READER],
        "headersTruncated": False,
        "headers": [{"name": "Subject", "value": "AI行业速递"}],
        "commonHeaders": {"to": [READER], "messageId": MESSAGE_ID, "subject": "AI行业速递"},
        "tags": tags | ({"delivery": [tag]} if tag is not None else {}),
    } | changes


def published(name: str, *, tag: str | None = "7-1204-1", **changes: Any) -> dict[str, Any]:
    """An event as event publishing tells it, with changes to its own part."""
    part, detail = DETAILS[name]
    return {"eventType": name, "mail": mail(tag=tag), part: detail | changes}


def notified(name: str, **changes: Any) -> dict[str, Any]:
    """The same as an identity notification: another name for the type, no tags, and the sender's IP."""
    event = published(name, **changes)
    del event["eventType"], event["mail"]["tags"]
    event["mail"] |= {"sourceIp": "203.0.113.9", "callerIdentity": "sudi"}
    return {"notificationType": name, **event}
