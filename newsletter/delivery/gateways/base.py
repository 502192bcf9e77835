"""The gateway's contract: values in, values out, and every failure told apart by what it means for the ledger."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol


@dataclasses.dataclass(frozen=True, slots=True)
class Mail:
    """What all recipients of a campaign share: a rendition with its slots unfilled, and how it is to be sent."""

    sender: str
    reply_to: str
    subject: str
    html: str
    text: str
    configuration_set: str
    tenant: str = ""
    track_opens: bool = False
    track_clicks: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Letter:
    """One recipient: address, values of all slots, headers and tags, ready and checked."""

    address: str
    values: Mapping[str, str]
    headers: Mapping[str, str]
    tags: Mapping[str, str]


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    AGAIN = "again"  # not accepted; later
    THROTTLED = "throttled"  # not accepted; later and slower
    QUOTA = "quota"  # not accepted; when the day's quota allows it
    STOP = "stop"  # not accepted, nor will anybody's be until a person mends something
    IN_DOUBT = "in_doubt"


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What became of one letter. ``remedy`` says what a person can do about ``code``."""

    outcome: Outcome
    message_id: str | None = None
    code: str | None = None
    remedy: str = ""


class Failure(StrEnum):
    """What a call that failed as a whole means."""

    NOT_SENT = "not_sent"  # it never left: try again after a while
    IN_DOUBT = "in_doubt"  # it may have been accepted
    THROTTLED = "throttled"  # nothing accepted: slow down
    BAD_REQUEST = "bad_request"  # nothing accepted: one of the letters is bad
    STOP = "stop"  # nothing accepted: nobody will be until a person mends something


class CallFailed(Exception):
    """A call with no answers. ``message`` is what SES said; ``remedy`` what a person can do."""

    def __init__(self, failure: Failure, code: str, message: str, remedy: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.failure, self.code, self.message, self.remedy = failure, code, message, remedy


@dataclasses.dataclass(frozen=True, slots=True)
class Quota:
    """Recipients a second, recipients a day (-1: no limit), sent in the last day, and whether sending is allowed."""

    max_send_rate: float
    max_24_hour_send: float
    sent_last_24_hours: float
    sending_enabled: bool


class Gateway(Protocol):
    def send(self, mail: Mail, letters: Sequence[Letter]) -> list[Answer]:
        """Send to all letters in one call; one answer for each, in order. Raises ``CallFailed``."""

    def send_one(self, mail: Mail, letter: Letter) -> str:
        """Send one mail that is no campaign's, and give its message id. Raises ``CallFailed``."""

    def room(self, mail: Mail, letter: Letter) -> int:
        """How many letters such as this one fit into one call; 0: not even one."""

    def quota(self) -> Quota:
        """What the account may send. Raises ``CallFailed``."""
