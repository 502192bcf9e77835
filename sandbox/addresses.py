"""Addresses as SES takes them: ASCII, with or without a display name."""

import re
from email.utils import parseaddr
from functools import lru_cache

_PLAIN = re.compile(
    r"[!#-'*+\-./0-9=?A-Z^_`a-z{|}~]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z0-9-]+"
)


class InvalidAddressError(ValueError):
    """Why SES would not take an address, in its words."""


@lru_cache(maxsize=1024)
def bare(text: str) -> str:
    """The address in ``Name <local@domain>`` or ``local@domain``."""
    if _PLAIN.fullmatch(text):
        return text
    if not text.isascii():
        raise InvalidAddressError(
            "Non-ASCII characters: a display name must be a MIME encoded-word (RFC 2047), a domain Punycode."
        )
    if not text.isprintable():
        raise InvalidAddressError("Local address contains control or whitespace")
    address = parseaddr(text)[1]
    if "@" not in address:
        raise InvalidAddressError("Missing final '@domain'")
    if not _PLAIN.fullmatch(address):
        raise InvalidAddressError(f"Illegal address: {address}")
    return address
