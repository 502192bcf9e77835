"""An account list that is kept in memory: for tests and for trying things without a network."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from django.utils import timezone

from newsletter.delivery.gateways.account_list import AccountList, Listed, ListReason, Page


class MemoryAccountList(AccountList):
    """``entries``: address → reason and when it was put there. ``calls`` are made in order; before each, ``meanwhile``
    may do what somebody else does at that moment, or raise."""

    def __init__(self, *, page_size: int = 1_000, meanwhile: Callable[[str], None] = lambda call: None) -> None:
        self.entries: dict[str, tuple[str, datetime.datetime]] = {}
        self.calls: list[str] = []
        self.page_size, self.meanwhile = page_size, meanwhile

    def page(self, *, since: datetime.datetime | None = None, token: str | None = None) -> Page:
        self._called(f"page {token or ''}".strip())
        begin = int(token or 0)
        rows = [Listed(address, row[0]) for address, row in self.entries.items() if since is None or row[1] >= since]
        end = begin + self.page_size
        return Page(rows[begin:end], str(end) if end < len(rows) else None)

    def put(self, address: str, reason: ListReason) -> None:
        self._called(f"put {address} {reason}")
        self.add(address, reason)

    def delete(self, address: str) -> None:
        self._called(f"delete {address}")
        self.entries.pop(address, None)

    def add(self, address: str, reason: str = ListReason.BOUNCE) -> None:
        """Put it there as SES itself does, without a call."""
        self.entries[address] = (reason, timezone.now())

    def _called(self, call: str) -> None:
        self.calls.append(call)
        self.meanwhile(call)
