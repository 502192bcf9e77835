"""What SES says about a mail, as values.

Sources: "Contents of event data that Amazon SES publishes to Amazon SNS" (event publishing) and "Amazon SNS
notification contents for Amazon SES" (identity notifications), Amazon SES Developer Guide. SES adds values without
notice, so each set has ``UNKNOWN``; the value itself stays in ``raw``.
"""

from __future__ import annotations

import dataclasses
import datetime
from enum import StrEnum

from newsletter.events.tags import DeliveryTag


class EventFormat(StrEnum):
    """Which of SES's two ways of telling: only event publishing carries tags."""

    PUBLISHING = "publishing"
    IDENTITY = "identity"


class EventKind(StrEnum):
    SEND = "send"
    DELIVERY = "delivery"
    DELIVERY_DELAY = "delivery_delay"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    REJECT = "reject"
    RENDERING_FAILURE = "rendering_failure"
    OPEN = "open"
    CLICK = "click"
    SUBSCRIPTION = "subscription"
    UNKNOWN = "unknown"


class BounceType(StrEnum):
    PERMANENT = "Permanent"
    TRANSIENT = "Transient"
    UNDETERMINED = "Undetermined"
    UNKNOWN = "unknown"


class BounceSubtype(StrEnum):
    """Tenant lists, validation and SES's own unsubscribe are newer than the guide's table of bounce types."""

    UNDETERMINED = "Undetermined"
    GENERAL = "General"
    NO_EMAIL = "NoEmail"
    SUPPRESSED = "Suppressed"
    ON_ACCOUNT_SUPPRESSION_LIST = "OnAccountSuppressionList"
    ON_TENANT_SUPPRESSION_LIST = "OnTenantSuppressionList"
    EMAIL_VALIDATION_SUPPRESSED = "EmailValidationSuppressed"
    UNSUBSCRIBED_RECIPIENT = "UnsubscribedRecipient"
    MAILBOX_FULL = "MailboxFull"
    MESSAGE_TOO_LARGE = "MessageTooLarge"
    CUSTOM_TIMEOUT_EXCEEDED = "CustomTimeoutExceeded"
    CONTENT_REJECTED = "ContentRejected"
    ATTACHMENT_REJECTED = "AttachmentRejected"
    UNKNOWN = "unknown"


class ComplaintType(StrEnum):
    """``complaintFeedbackType``, as the reader's provider gave it; ``ABSENT`` when it gave none."""

    ABSENT = "absent"
    ABUSE = "abuse"
    AUTH_FAILURE = "auth-failure"
    FRAUD = "fraud"
    NOT_SPAM = "not-spam"
    OTHER = "other"
    VIRUS = "virus"
    UNKNOWN = "unknown"


class ComplaintSubtype(StrEnum):
    """Set when SES held the mail back because the address had complained before."""

    ON_ACCOUNT_SUPPRESSION_LIST = "OnAccountSuppressionList"
    ON_TENANT_SUPPRESSION_LIST = "OnTenantSuppressionList"
    UNKNOWN = "unknown"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SesEvent:
    """One event. ``repr`` leaves out everything personal, so that an event may be logged.

    ``key`` names the event at whichever door it arrives: SHA-256, in hexadecimal, of its canonical JSON.
    ``at`` is when it happened, in UTC; a Send, Reject or Rendering Failure happens at the time of the mail.
    ``recipients`` are whom the event is about. For a bounce this is what the receiving server called them, which may
    differ from the address that was mailed; with a tag, believe the ledger's address.
    ``diagnostic`` and ``status`` are the server's words and its code (RFC 3463), the first given if there are several.
    ``reason`` is SES's own: of a reject, a rendering failure, or a delay.
    ``raw`` is the canonical JSON: parsed again, it gives an equal event.
    """

    kind: EventKind
    format: EventFormat
    key: str
    message_id: str
    at: datetime.datetime
    tag: DeliveryTag | None
    recipients: tuple[str, ...] = dataclasses.field(repr=False)
    raw: str = dataclasses.field(repr=False)
    bounce_type: BounceType | None = None
    bounce_subtype: BounceSubtype | None = None
    complaint_type: ComplaintType | None = None
    complaint_subtype: ComplaintSubtype | None = None
    status: str | None = None
    diagnostic: str | None = dataclasses.field(default=None, repr=False)
    reason: str | None = dataclasses.field(default=None, repr=False)
    link: str | None = dataclasses.field(default=None, repr=False)
    user_agent: str | None = dataclasses.field(default=None, repr=False)
    ip: str | None = dataclasses.field(default=None, repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Validation:
    """SES's first word on a topic: it is connected. There is nothing to apply."""

    text: str
