"""SES's account-level suppression list: what is asked of it, whatever carries the question."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol


class ListReason(StrEnum):
    """All that SES takes (Amazon SES API v2 reference, PutSuppressedDestination)."""

    BOUNCE = "BOUNCE"
    COMPLAINT = "COMPLAINT"


@dataclasses.dataclass(frozen=True, slots=True)
class Listed:
    """An address on the list. ``reason`` is SES's word, which may be one that we don't know."""

    address: str
    reason: str


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """Some of the list; ``token`` asks for the next page, and is ``None`` on the last."""

    listed: Sequence[Listed]
    token: str | None = None


class AccountList(Protocol):
    def page(self, *, since: datetime.datetime | None = None, token: str | None = None) -> Page:
        """A page of the list, or of what changed in it ``since``. Raises ``CallFailed``."""

    def put(self, address: str, reason: ListReason) -> None:
        """Put one address on the list; one that is on it is no failure. Raises ``CallFailed``."""

    def delete(self, address: str) -> None:
        """Take one address off the list, as it is spelled there; one that isn't on it is no failure. Raises
        ``CallFailed``."""
