"""Addresses, normalised once: what is written to, what is compared, and what remains after an erasure."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import uuid

from django.conf import settings
from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email


class AddressError(ValueError):
    """The text is no address that we can mail; the message says why."""


@dataclasses.dataclass(frozen=True, slots=True)
class Address:
    """``email`` is written to, ``key`` (case-folded) is compared, ``hash`` (keyed, 128 bits) outlives an erasure."""

    email: str
    key: str
    hash: uuid.UUID


def normalise(text: str) -> Address:
    """The address in ``text``: domain in lower-case ASCII (IDNA), local part kept. Raises ``AddressError``.

    Internationalised local parts are refused: Amazon SES cannot send to them. Reserved domains (``.test`` and the
    like) are refused in production only.
    """
    try:
        valid = validate_email(
            text.strip(),
            allow_smtputf8=False,
            check_deliverability=False,
            strict=True,  # a local part has 64 characters at most (RFC 5321, 4.5.3.1.1); SES refuses more
            test_environment=not settings.SUDI.production,
        )
    except EmailNotValidError as error:
        raise _unmailable(text, str(error)) from error
    email = valid.ascii_email
    if email is None:
        raise _unmailable(text, _("Amazon SES takes ASCII local parts only"))
    key = email.casefold()
    return Address(email, key, address_hash(key))


def address_hash(key: str) -> uuid.UUID:
    """The keyed hash of a comparison key: the first 128 bits of HMAC-SHA-256."""
    digest = hmac.digest(settings.SUDI.address_key.encode(), key.encode(), hashlib.sha256)
    return uuid.UUID(bytes=digest[:16])


def _unmailable(text: str, why: str) -> AddressError:
    return AddressError(_("%(text)s can't be mailed: %(why)s") % {"text": repr(text.strip()[:100]), "why": why})
