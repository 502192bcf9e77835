"""Why an SNS message is not let in, and what the hook answers.

SNS retries a 5xx and gives up at a 4xx ("Amazon SNS message delivery retries"), so the class says which: what may
pass later is ``TryLater``, what never will is ``Refused``. Messages never quote the body: it holds addresses.
"""

from __future__ import annotations

from enum import StrEnum

from newsletter.errors import SudiError


class SnsCode(StrEnum):
    TOO_LARGE = "too_large"
    MALFORMED = "malformed"
    WRONG_TOPIC = "wrong_topic"
    BAD_URL = "bad_url"
    CERTIFICATE_UNAVAILABLE = "certificate_unavailable"
    BAD_CERTIFICATE = "bad_certificate"
    BAD_SIGNATURE = "bad_signature"
    TOO_OLD = "too_old"
    FROM_THE_FUTURE = "from_the_future"
    UNCONFIRMED = "unconfirmed"


class SnsError(SudiError):
    """An SNS message that was not let in: a status and a code to answer, and a message for the log alone.

    The message may name a file of ours, which is nobody else's business.
    """

    status = 403

    def __init__(self, code: SnsCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class Refused(SnsError):
    """Will never pass, however often it is sent."""

    def __init__(self, code: SnsCode, message: str) -> None:
        super().__init__(code, message)
        self.status = {SnsCode.TOO_LARGE: 413, SnsCode.MALFORMED: 400}.get(code, 403)


class TryLater(SnsError):
    """May pass later: a certificate out of reach for now, or a clock of ours that is slow."""

    status = 503
