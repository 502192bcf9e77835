"""SES's events about a campaign's deliveries, as event publishing tells them, of the size that real ones have."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

SENT_AT, HAPPENED_AT = "2026-03-01T00:00:03.412Z", "2026-03-01T00:00:05.801Z"
# Beside a Send and a Delivery for each: two of 19 deliveries have one of these, so they are 5 % of all events.
OTHERS = ("Open",) * 9 + ("Click",) * 6 + ("Soft",) * 2 + ("Hard",) * 2 + ("Complaint",)
EVERY, WITH = 19, 2
AGENT = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


def events(campaign_id: int, addresses: list[str]) -> Iterator[str]:
    """All Sends, then what became of each: as events come of a campaign that was sent within seconds."""
    for position, address in enumerate(addresses, 1):
        yield _event("Send", campaign_id, position, address)
    told = 0
    for position, address in enumerate(addresses, 1):
        yield _event("Delivery", campaign_id, position, address)
        if position % EVERY < WITH:
            yield _event(OTHERS[told % len(OTHERS)], campaign_id, position, address)
            told += 1


def _event(name: str, campaign_id: int, position: int, address: str) -> str:
    kind, part, detail = _PARTS[name](address)
    event = {"eventType": kind, "mail": _mail(f"{campaign_id}-{position}-1", position, address), part: detail}
    return json.dumps(event, ensure_ascii=False)


def _mail(tag: str, position: int, address: str) -> dict[str, Any]:
    message_id = f"0102019a7c3f2b10-5d2c7a1e-4f0b-4c55-9a57-{position:012x}-000000"
    unsubscribe = f"<https://news.example/u/{position:032x}>"
    headers = {
        "From": "=?UTF-8?B?6YCf6YCS?= <daily@news.example>",
        "To": address,
        "Subject": "=?UTF-8?B?QUnooYzkuJrpgJ/pgJI=?=",
        "MIME-Version": "1.0",
        "Content-Type": 'multipart/alternative; boundary="----=_Part_1108283_1408224.1772323203412"',
        "List-Unsubscribe": unsubscribe,
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": "<express.news.example>",
    }
    return {
        "timestamp": SENT_AT,
        "source": headers["From"],
        "sourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/news.example",
        "sendingAccountId": "123456789012",
        "messageId": message_id,
        "destination": [address],
        "headersTruncated": False,
        "headers": [{"name": name, "value": value} for name, value in headers.items()],
        "commonHeaders": {"from": [headers["From"]], "to": [address], "messageId": message_id, "subject": "AI行业速递"},
        "tags": {
            "ses:source-tls-version": ["TLSv1.3"],
            "ses:operation": ["SendBulkTemplatedEmail"],
            "ses:configuration-set": ["sudi"],
            "ses:source-ip": ["203.0.113.9"],
            "ses:from-domain": ["news.example"],
            "ses:caller-identity": ["sudi"],
            "delivery": [tag],
        },
    }


def _bounced(kind: str, subtype: str) -> Any:
    def bounce(address: str) -> tuple[str, str, dict[str, Any]]:
        recipient = {
            "emailAddress": address,
            "action": "failed",
            "status": "5.1.1",
            "diagnosticCode": "smtp; 550 5.1.1",
        }
        return (
            "Bounce",
            "bounce",
            {
                "bounceType": kind,
                "bounceSubType": subtype,
                "bouncedRecipients": [recipient],
                "timestamp": HAPPENED_AT,
                "feedbackId": "0102019a7c3f4901-77aa8b1f-000000",
            },
        )

    return bounce


_PARTS: dict[str, Any] = {
    "Send": lambda _address: ("Send", "send", {}),
    "Delivery": lambda address: (
        *("Delivery", "delivery"),
        {
            "timestamp": HAPPENED_AT,
            "processingTimeMillis": 2389,
            "recipients": [address],
            "smtpResponse": "250 2.0.0 OK 1772323205 q12si1029384wmq.77 - gsmtp",
            "reportingMTA": "a7-31.smtp-out.eu-west-1.amazonses.com",
        },
    ),
    "Open": lambda _address: (
        "Open",
        "open",
        {"timestamp": HAPPENED_AT, "ipAddress": "198.51.100.7", "userAgent": AGENT},
    ),
    "Click": lambda _address: (
        *("Click", "click"),
        {"timestamp": HAPPENED_AT, "ipAddress": "198.51.100.7", "userAgent": AGENT, "link": "https://news.example/1"},
    ),
    "Soft": _bounced("Transient", "MailboxFull"),
    "Hard": _bounced("Permanent", "NoEmail"),
    "Complaint": lambda address: (
        *("Complaint", "complaint"),
        {
            "complainedRecipients": [{"emailAddress": address}],
            "timestamp": HAPPENED_AT,
            "complaintFeedbackType": "abuse",
            "feedbackId": "0102019a7c3f5511-90b1cc02-000000",
        },
    ),
}
