"""What the sandbox keeps of mail: a call as it came, and the letters that read out of it.

A call's content is stored once by hash, its entries once as one compressed blob; a message is a pointer to an entry.
Nothing is merged before somebody looks, so 100,000 messages of a 60 KB issue take a few dozen megabytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.addresses import bare
from sandbox.merge import fill, slots

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Subject and bodies with their slots (``merged``: substitution is on), or a raw MIME message."""

    subject: str = ""
    html: str = ""
    text: str = ""
    merged: bool = False
    raw: bytes | None = None
    template_name: str | None = None

    def slots(self) -> frozenset[str]:
        """Names that every message must have a value for."""
        if not self.merged:
            return frozenset()
        return slots(self.subject) | slots(self.html) | slots(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One message of a call: where it goes, and what differs from the call's defaults."""

    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    headers: Headers = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def recipients(self) -> tuple[str, ...]:
        """Everybody the message goes to, as written."""
        return self.to + self.cc + self.bcc


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One accepted request to send, with the defaults of its entries."""

    sender: str
    content: Content
    entries: tuple[Entry, ...]
    reply_to: tuple[str, ...] = ()
    configuration_set: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    headers: Headers = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    def entry_data(self, entry: Entry) -> dict[str, Any]:
        """The values of one message: its own over the defaults."""
        return {**self.data, **entry.data}

    def entry_tags(self, entry: Entry) -> dict[str, str]:
        """The tags of one message: its own over the defaults."""
        return {**self.tags, **entry.tags}

    def entry_headers(self, entry: Entry) -> Headers:
        """The headers of one message: its own replace a default of the same name (``BulkEmailEntry`` reference)."""
        own = {name.lower() for name, _ in entry.headers}
        return tuple(pair for pair in self.headers if pair[0].lower() not in own) + entry.headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One accepted message, read back. Bodies are merged on access."""

    seq: int
    id: str
    at: datetime
    fate: str
    call: Call
    entry: Entry

    @property
    def subject(self) -> str:
        """The subject with its slots filled."""
        return self._fill(self.call.content.subject)

    @property
    def html(self) -> str:
        """The HTML body with its slots filled."""
        return self._fill(self.call.content.html)

    @property
    def text(self) -> str:
        """The plain text body with its slots filled."""
        return self._fill(self.call.content.text)

    @property
    def tags(self) -> dict[str, str]:
        """Email tags, without those that SES adds."""
        return self.call.entry_tags(self.entry)

    @property
    def headers(self) -> Headers:
        """Headers given by the caller; mime.py adds SES's own."""
        return self.call.entry_headers(self.entry)

    def goes_to(self, address: str) -> bool:
        """Whether ``address`` (without a name) is one of the recipients."""
        return address.lower() in {bare(recipient).lower() for recipient in self.entry.recipients}

    def _fill(self, part: str) -> str:
        content = self.call.content
        return fill(part, self.call.entry_data(self.entry)) if content.merged else part
