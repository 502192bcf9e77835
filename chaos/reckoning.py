"""What the ledger says, held against the sandbox's own record."""

from __future__ import annotations

import dataclasses
import json
import urllib.request
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from newsletter.models import DeliveryState

S = DeliveryState
OPEN = {S.PENDING, S.SUBMITTING}
EVERYTHING = 10**9


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A delivery as the ledger has it."""

    position: int
    attempt: int
    address: str
    state: int


@dataclasses.dataclass(frozen=True, slots=True)
class Taken:
    """A mail of the campaign that the sandbox accepted."""

    position: int
    attempt: int
    address: str


@dataclasses.dataclass(frozen=True, slots=True)
class Reckoning:
    """``settled``: of those ever in doubt, how many ended accepted or rejected, the sandbox agreeing."""

    recipients: int
    sandbox_messages: int
    duplicates: int
    lost: int
    in_doubt: int
    settled: int

    @property
    def holds(self) -> bool:
        return not self.duplicates and not self.lost and self.settled == self.in_doubt


def reckon(rows: Iterable[Row], taken: Iterable[Taken], ever_in_doubt: set[int]) -> Reckoning:
    """Compare the two."""
    ledger, record = {row.position: row for row in rows}, list(taken)
    mails = {(mail.position, mail.attempt) for mail in record}
    positions = {mail.position for mail in record}
    readers = Counter(mail.address for mail in record)
    lost = [row for row in ledger.values() if row.state in OPEN or (row.state == S.ACCEPTED and not _has(row, mails))]
    agreed = [position for position in ever_in_doubt if _agrees(ledger[position], mails, positions)]
    return Reckoning(
        recipients=len(ledger),
        sandbox_messages=len(record),
        duplicates=sum(count - 1 for count in readers.values()),
        lost=len(lost),
        in_doubt=len(ever_in_doubt),
        settled=len(agreed),
    )


def _has(row: Row, mails: set[tuple[int, int]]) -> bool:
    return (row.position, row.attempt) in mails


def _agrees(row: Row, mails: set[tuple[int, int]], positions: set[int]) -> bool:
    if row.state == S.ACCEPTED:
        return _has(row, mails)
    return row.state == S.REJECTED and row.position not in positions


class Sandbox:
    """The sandbox's own JSON API."""

    def __init__(self, url: str) -> None:
        self._url = url

    def taken(self, campaign_id: int) -> list[Taken]:
        """Every mail of the campaign that it accepted."""
        listed = self.ask(f"/api/messages?fields=to,tags&limit={EVERYTHING}")
        tagged = [(mail["to"], mail["tags"].get("delivery", "").split("-")) for mail in listed]
        ours = [(to, tag) for to, tag in tagged if tag[0] == str(campaign_id)]
        return [Taken(int(position), int(attempt), to) for to, (_, position, attempt) in ours]

    def queued(self) -> int:
        """Events that it has yet to post."""
        return int(self.ask("/api/events")["queued"])

    def change(self, **faults: float) -> None:
        self.ask("/api/faults", faults)

    def ask(self, path: str, posted: Mapping[str, Any] | None = None) -> Any:
        body = None if posted is None else json.dumps(posted).encode()
        with urllib.request.urlopen(self._url + path, body, timeout=120) as response:  # noqa: S310 - our own sandbox
            return json.load(response)
