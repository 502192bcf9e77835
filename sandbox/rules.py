"""What SES refuses. Each rule raises the exception that SES answers with; nothing of the call is accepted then.

Sources: the shapes of the API reference (MessageHeader, MessageTag, Template, Destination), "Amazon SES header fields"
and "Service quotas in Amazon SES". Where SES does not say whether the call or one entry fails, the call does, except
for a bad recipient or bad template data, which fail their own entry.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sandbox.addresses import InvalidAddressError, bare
from sandbox.errors import SesError, bad_request, not_found
from sandbox.letters import Headers

MAX_ENTRIES = 50
MAX_RECIPIENTS = 50
MAX_INLINE_BYTES = 1_048_576
MAX_MESSAGE_BYTES = 40 * 1_048_576
MAX_TEMPLATE_BYTES = 500 * 1024
MAX_TEMPLATE_DATA = 262_144
MAX_HEADERS = 15
MAX_TAGS = 50

_HEADER_NAME = re.compile(r"[!-9;-@A-~]{1,126}")
_HEADER_VALUE = re.compile(r"[ -~]{1,995}")
_TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
_DISALLOWED_HEADERS = frozenset(
    {"bcc", "cc", "content-disposition", "content-type", "date", "from", "message-id", "mime-version"}
    | {"reply-to", "return-path", "subject", "to"}
)


def check_sender(sender: str | None, identities: Sequence[str]) -> str:
    """The From address, verified. No identities: everything is verified."""
    if not sender:
        raise bad_request("FromEmailAddress is missing")
    try:
        address = bare(sender)
    except InvalidAddressError as error:
        raise bad_request(f"FromEmailAddress: {error}") from error
    if identities and not is_verified(address, identities):
        raise SesError(
            "MessageRejected",
            "Email address is not verified. The following identities failed the check in region US-EAST-1: "
            f"{address}, {address.rpartition('@')[2]}",
        )
    return sender


def is_verified(identity: str, identities: Sequence[str]) -> bool:
    """Whether an address or domain, or a domain above it, is among the verified ones."""
    if not identities:
        return True
    verified = {item.lower() for item in identities}
    labels = identity.lower().rpartition("@")[2].split(".")
    return identity.lower() in verified or any(".".join(labels[at:]) in verified for at in range(len(labels)))


def check_configuration_set(name: str | None, known: Sequence[str]) -> str | None:
    """The configuration set of a call, which may have none."""
    if name is not None and name not in known:
        raise not_found(f"Configuration set <{name}> does not exist.")
    return name


def check_reply_to(addresses: Iterable[str]) -> tuple[str, ...]:
    """Reply-To addresses follow the rules of From."""
    checked = tuple(addresses)
    for address in checked:
        try:
            bare(address)
        except InvalidAddressError as error:
            raise bad_request(f"ReplyToAddresses: {error}") from error
    return checked


def check_recipients(destination: Mapping[str, Sequence[str]]) -> None:
    """ValueError, in SES's words, when one of a message's recipients is impossible or there are too many."""
    recipients = [address for kind in ("To", "Cc", "Bcc") for address in destination.get(f"{kind}Addresses", ())]
    if not recipients:
        raise ValueError("Missing required header 'To'.")
    if len(recipients) > MAX_RECIPIENTS:
        raise ValueError(f"Recipient count exceeds {MAX_RECIPIENTS}.")
    for address in recipients:
        bare(address)


def check_headers(lines: Iterable[Mapping[str, str]]) -> Headers:
    """Custom headers of a call or an entry."""
    headers = tuple((line["Name"], line["Value"]) for line in lines)
    if len(headers) > MAX_HEADERS:
        raise bad_request(f"{len(headers)} headers were given; at most {MAX_HEADERS} are allowed")
    names = [name.lower() for name, _ in headers]
    if len(set(names)) != len(names):
        raise bad_request("A header was given more than once")
    for name, value in headers:
        if not _HEADER_NAME.fullmatch(name):
            raise bad_request(f"Header name {name!r} must be 1 to 126 printable ASCII characters without a colon")
        if name.lower() in _DISALLOWED_HEADERS:
            raise bad_request(f"Header {name} is set by Amazon SES and can't be a custom header")
        if not _HEADER_VALUE.fullmatch(value) or len(name) + len(value) > 996:
            raise bad_request(
                f"The value of header {name} must be 1 to 995 printable ASCII characters, 996 with its name"
            )
    return headers


def check_tags(pairs: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Email tags of a call or an entry."""
    tags = {pair["Name"]: pair["Value"] for pair in pairs}
    for name, value in tags.items():
        if not _TAG.fullmatch(name) or not _TAG.fullmatch(value):
            raise bad_request(f"Tag {name!r}: names and values must be 1 to 256 of A-Z, a-z, 0-9, _ and -")
    if len(tags) > MAX_TAGS:
        raise bad_request(f"At most {MAX_TAGS} tags are allowed")
    return tags


def check_bulk_size(entries: Sequence[Any]) -> None:
    """How many messages one SendBulkEmail may carry."""
    if not 1 <= len(entries) <= MAX_ENTRIES:
        raise bad_request(f"BulkEmailEntries must have 1 to {MAX_ENTRIES} members, not {len(entries)}")


def check_inline_size(body_bytes: int, *, inline: bool) -> None:
    """Inline template content: 1 MB as written on the wire, where a Chinese character takes six bytes."""
    limit = MAX_INLINE_BYTES if inline else MAX_MESSAGE_BYTES
    if body_bytes > limit:
        raise bad_request(f"The request has {body_bytes} bytes; at most {limit} are allowed")


def check_template_data(texts: Iterable[str | None]) -> None:
    """All template data of a call together."""
    total = sum(len(text) for text in texts if text)
    if total > MAX_TEMPLATE_DATA:
        raise bad_request(f"Template data has {total} characters; at most {MAX_TEMPLATE_DATA} are allowed")
