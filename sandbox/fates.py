"""What becomes of an accepted message: which events follow, and after how long.

Source: "Using the mailbox simulator manually" in the SES developer guide. Labels (``bounce+anything@``) work, and mail
to the simulator is never put on the suppression list. Every other address is delivered.
"""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

SIMULATOR = "simulator.amazonses.com"


class Fate(StrEnum):
    """The outcome of one message, as the inbox shows it."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    SUPPRESSED = "suppressed"
    RENDERING_FAILED = "rendering failed"


_SEVERITY = {fate: rank for rank, fate in enumerate(Fate)}


class Kind(StrEnum):
    """An event, or the two messages that a topic starts with. Bounces carry their subtype."""

    SEND = "Send"
    DELIVERY = "Delivery"
    BOUNCE_GENERAL = "Bounce General"
    BOUNCE_SUPPRESSED = "Bounce Suppressed"
    BOUNCE_ACCOUNT = "Bounce OnAccountSuppressionList"
    COMPLAINT = "Complaint"
    COMPLAINT_ACCOUNT = "Complaint OnAccountSuppressionList"
    RENDERING_FAILURE = "Rendering Failure"
    CONFIRM_SUBSCRIPTION = "SubscriptionConfirmation"
    VALIDATED = "Validated"


# Kind → the least and greatest delay, in units of the feedback delay (200 ms unless told otherwise).
_DELAYS: Mapping[Kind, tuple[float, float]] = {
    Kind.SEND: (0, 0),
    Kind.RENDERING_FAILURE: (0, 1),
    Kind.DELIVERY: (1, 5),
    Kind.BOUNCE_ACCOUNT: (1, 3),
    Kind.COMPLAINT_ACCOUNT: (1, 3),
    Kind.BOUNCE_SUPPRESSED: (1, 3),
    Kind.BOUNCE_GENERAL: (2.5, 7.5),
    Kind.COMPLAINT: (5, 10),
}

_SIMULATED: Mapping[str, tuple[Fate, tuple[Kind, ...]]] = {
    "bounce": (Fate.BOUNCED, (Kind.BOUNCE_GENERAL,)),
    "complaint": (Fate.COMPLAINED, (Kind.DELIVERY, Kind.COMPLAINT)),
    "suppressionlist": (Fate.SUPPRESSED, (Kind.BOUNCE_SUPPRESSED,)),
}
_DELIVERED = (Fate.DELIVERED, (Kind.DELIVERY,))
_ON_LIST = {
    "BOUNCE": (Fate.SUPPRESSED, (Kind.BOUNCE_ACCOUNT,)),
    "COMPLAINT": (Fate.SUPPRESSED, (Kind.COMPLAINT_ACCOUNT,)),
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One event to come: ``after_ms`` the acceptance, about these addresses (``None``: all of the message's)."""

    kind: Kind
    after_ms: int
    addresses: tuple[str, ...] | None = None


def outcome(address: str, suppressed: Mapping[str, str]) -> tuple[Fate, tuple[Kind, ...]]:
    """What happens to one bare address, given the account's suppression list (address → reason)."""
    lowered = address.lower()
    reason = suppressed.get(lowered)
    if reason is not None:
        return _ON_LIST[reason]
    local, _, domain = lowered.rpartition("@")
    if domain == SIMULATOR:
        return _SIMULATED.get(local.partition("+")[0], _DELIVERED)
    return _DELIVERED


def plan(addresses: Iterable[str], suppressed: Mapping[str, str], delay_ms: int) -> tuple[Fate, list[Happening]]:
    """The fate of a message (the worst of its recipients') and its events after Send, in order of time."""
    groups: dict[tuple[Fate, tuple[Kind, ...]], list[str]] = {}
    for address in addresses:
        groups.setdefault(outcome(address, suppressed), []).append(address)
    happenings = [Happening(Kind.SEND, 0)]
    for (_, kinds), members in groups.items():
        about = None if len(groups) == 1 else tuple(members)
        happenings += [Happening(kind, delay(kind, delay_ms), about) for kind in kinds]
    worst = max((fate for fate, _ in groups), key=_SEVERITY.__getitem__)
    return worst, sorted(happenings, key=lambda happening: happening.after_ms)


def delay(kind: Kind, unit_ms: int) -> int:
    """How long after the acceptance ``kind`` is published, in milliseconds."""
    least, greatest = _DELAYS[kind]
    return int(unit_ms * (least + (greatest - least) * random.random()))  # noqa: S311 - nothing to guess
