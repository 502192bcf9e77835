"""The tag that ties an SES event to one attempt at one delivery."""

from __future__ import annotations

import re
from typing import NamedTuple

# No leading zeros: each tag has one spelling.
_TAG = re.compile(r"([1-9]\d{0,18})-(0|[1-9]\d{0,9})-([1-9]\d{0,4})", re.ASCII)
# The name of the SES message tag that carries it.
NAME = "delivery"
# What the ledger's columns hold (big, plain and small integers): a larger number could not be ours, and would be an
# error of the database rather than an unknown tag.
LARGEST = (2**63 - 1, 2**31 - 1, 2**15 - 1)


class DeliveryTag(NamedTuple):
    """``<campaign>-<position>-<attempt>``."""

    campaign: int
    position: int
    attempt: int

    @classmethod
    def parse(cls, text: str) -> DeliveryTag | None:
        """The tag that this text spells, or ``None``: other mail of the account carries other tags."""
        match = _TAG.fullmatch(text)
        if match is None:
            return None
        numbers = tuple(int(group) for group in match.groups())
        if any(number > largest for number, largest in zip(numbers, LARGEST, strict=True)):
            return None
        return cls(*numbers)

    def __str__(self) -> str:
        return f"{self.campaign}-{self.position}-{self.attempt}"
