"""SES event records, as event publishing writes them.

Source: "Contents of event data that Amazon SES publishes to Amazon SNS" and "Examples of event data ...".
A record depends on the message and the row of the outbox alone, so a repeated post carries the very same record.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from sandbox.addresses import bare
from sandbox.aws import ACCOUNT_ID, REGION
from sandbox.clock import iso
from sandbox.fates import Kind
from sandbox.letters import Letter
from sandbox.mime import decoded, header_lines

Record = dict[str, Any]

_SPACE = uuid.UUID("6f0c6f4e-5b1d-5e0a-9c53-2f3b7d1f8a11")
_HEADERS_LIMIT = 10_240


def record(kind: Kind, letter: Letter, at: datetime, detail: str | None) -> Record:
    """The event ``kind`` of ``letter``. ``detail``: the recipients it is about, or the name of the missing slot."""
    if kind is Kind.RENDERING_FAILURE:
        return {"eventType": kind.value, "mail": _mail(letter, headers=False), "failure": _failure(letter, detail)}
    addresses = detail.split("\n") if detail else [bare(recipient) for recipient in letter.entry.recipients]
    event_type, _, subtype = kind.value.partition(" ")
    member, body = _BODIES[event_type](letter, at, addresses, subtype)
    return {"eventType": event_type, "mail": _mail(letter, headers=True), member: body}


def stable_uuid(*parts: object) -> uuid.UUID:
    """The same UUID for the same parts."""
    return uuid.uuid5(_SPACE, "|".join(map(str, parts)))


def _mail(letter: Letter, *, headers: bool) -> Record:
    mail: Record = {
        "timestamp": iso(letter.at),
        "source": letter.call.sender,
        "sourceArn": f"arn:aws:ses:{REGION}:{ACCOUNT_ID}:identity/{bare(letter.call.sender)}",
        "sendingAccountId": ACCOUNT_ID,
        "messageId": letter.id,
        "destination": [bare(recipient) for recipient in letter.entry.recipients],
        "headersTruncated": False,
    }
    if headers:
        lines = [
            pair for pair in header_lines(letter) if pair[0] not in {"Message-ID", "Feedback-ID", "X-SES-Outgoing"}
        ]
        mail["headersTruncated"] = sum(len(name) + len(value) for name, value in lines) > _HEADERS_LIMIT
        kept = lines if not mail["headersTruncated"] else lines[:10]
        mail["headers"] = [{"name": name, "value": value} for name, value in kept]
        mail["commonHeaders"] = {
            "from": [decoded(letter.call.sender)],
            "to": list(letter.entry.to),
            "messageId": letter.id,
            "subject": letter.subject,
        }
    sender = bare(letter.call.sender)
    mail["tags"] = {
        "ses:source-tls-version": ["TLSv1.3"],
        "ses:operation": ["SendBulkTemplatedEmail" if letter.call.content.merged else "SendEmail"],
        "ses:configuration-set": [letter.call.configuration_set or ""],
        "ses:source-ip": ["127.0.0.1"],
        "ses:from-domain": [sender.rpartition("@")[2]],
        "ses:caller-identity": ["sandbox"],
        **{name: [value] for name, value in letter.tags.items()},
    }
    return mail


def _send(_letter: Letter, _at: datetime, _addresses: list[str], _subtype: str) -> tuple[str, Record]:
    return "send", {}


def _delivery(letter: Letter, at: datetime, addresses: list[str], _subtype: str) -> tuple[str, Record]:
    return "delivery", {
        "timestamp": iso(at),
        "processingTimeMillis": (at - letter.at) // timedelta(milliseconds=1),
        "recipients": addresses,
        "smtpResponse": f"250 2.6.0 Message received ({letter.id[-24:-7]})",
        "remoteMtaIp": "127.0.0.1",
        "reportingMTA": "a8-96.smtp-out.amazonses.com",
    }


_DIAGNOSTICS = {
    "General": "smtp; 550 5.1.1 user unknown",
    "Suppressed": "Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an "
    "invalid address.",
    "OnAccountSuppressionList": "Amazon SES did not send the message to this address because it is on the suppression "
    "list for your account.",
}


def _bounce(letter: Letter, at: datetime, addresses: list[str], subtype: str) -> tuple[str, Record]:
    return "bounce", {
        "feedbackId": _feedback_id(letter, "Bounce", subtype, addresses),
        "bounceType": "Permanent",
        "bounceSubType": subtype,
        "bouncedRecipients": [
            {
                "emailAddress": address,
                "action": "failed",
                "status": "5.1.1",
                "diagnosticCode": _DIAGNOSTICS[subtype],
            }
            for address in addresses
        ],
        "timestamp": iso(at),
        "reportingMTA": "dns; amazonses.com" if subtype != "General" else "dns; a8-96.smtp-out.amazonses.com",
    }


def _complaint(letter: Letter, at: datetime, addresses: list[str], subtype: str) -> tuple[str, Record]:
    body: Record = {
        "feedbackId": _feedback_id(letter, "Complaint", subtype, addresses),
        "complaintSubType": subtype or None,
        "complainedRecipients": [{"emailAddress": address} for address in addresses],
        "timestamp": iso(at),
    }
    if not subtype:
        body |= {"userAgent": "Amazon SES Mailbox Simulator", "complaintFeedbackType": "abuse", "arrivalDate": iso(at)}
    return "complaint", body


_BODIES = {"Send": _send, "Delivery": _delivery, "Bounce": _bounce, "Complaint": _complaint}


def _failure(letter: Letter, missing: str | None) -> Record:
    return {
        "errorMessage": f"Attribute '{missing}' is not present in the rendering data.",
        "templateName": letter.call.content.template_name or "InlineTemplate",
    }


def _feedback_id(letter: Letter, *parts: object) -> str:
    return f"{letter.id[:16]}-{stable_uuid(letter.id, *parts)}-000000"
