"""What an event means for the delivery and for the reader.

Pure rules, one table per kind of event. Applying them (and finding whom they are about) is ``applying``'s work.
"""

from __future__ import annotations

import dataclasses
import datetime
from enum import IntEnum, StrEnum

from newsletter.events.ses_event import (
    BounceSubtype,
    BounceType,
    ComplaintSubtype,
    ComplaintType,
    EventKind,
    SesEvent,
)


class LedgerState(StrEnum):
    """What an event of the current attempt proves of the delivery's state."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Outcome(StrEnum):
    """What became of an accepted delivery; until one is known, it is awaited."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"


class BounceClass(IntEnum):
    """With the numbers of the ledger's column of that name."""

    HARD = 1  # the address takes no mail
    SOFT = 2  # it may take the next one
    CONTENT = 3  # it would have taken another mail: our doing
    SUPPRESSED = 4  # SES held the mail back, for what the address did before


class SuppressReason(StrEnum):
    """With the values of ``subscribers.models.SuppressionReason``."""

    HARD_BOUNCE = "hard_bounce"
    SOFT_BOUNCE = "soft_bounce"
    COMPLAINT = "complaint"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """``suppress`` and ``unsubscribe`` are about the reader, ``counts_for_brakes`` the campaign, the rest the delivery.

    ``complained`` is the reader's word on this very mail. ``keep_raw``: ops may want to read the event itself.
    ``report``: someone should hear of it, though nothing is done.
    """

    ledger: LedgerState | None = None
    outcome: Outcome | None = None
    bounce_class: BounceClass | None = None
    suppress: SuppressReason | None = None
    unsubscribe: bool = False
    counts_for_brakes: bool = False
    complained: bool = False
    opened: bool = False
    clicked: bool = False
    keep_raw: bool = False
    report: bool = False

    @property
    def counts_as_soft_bounce(self) -> bool:
        return self.bounce_class is BounceClass.SOFT

    @property
    def resets_soft_bounces(self) -> bool:
        return self.outcome is Outcome.DELIVERED

    @property
    def rank(self) -> int:
        return outcome_rank(self.outcome, self.bounce_class)


SOFT_BOUNCES_IN_A_ROW = 5
SOFT_BOUNCES_OVER = datetime.timedelta(days=14)


def verdict(event: SesEvent) -> Verdict:
    """What this event means, whatever came before it."""
    match event.kind:
        case EventKind.BOUNCE:
            return _of_bounce(event.bounce_type, event.bounce_subtype)
        case EventKind.COMPLAINT:
            return _of_complaint(event.complaint_type, event.complaint_subtype)
        case _:
            return BY_KIND[event.kind]


def outcome_rank(outcome: Outcome | None, bounce_class: BounceClass | None) -> int:
    """Which of two outcomes stands, in whatever order they came: the one that ranks higher.

    A hard bounce beats a delivery (a server may take a mail and then return it); a delivery beats a soft bounce, and
    a bounce of the content, since it proves that the mail got through after all; anything beats waiting.
    """
    match outcome, bounce_class:
        case Outcome.BOUNCED, BounceClass.HARD | BounceClass.SUPPRESSED:
            return 3
        case Outcome.DELIVERED, _:
            return 2
        case Outcome.BOUNCED, _:
            return 1
        case _:
            return 0


def soft_bounces_suppress(
    *, in_a_row: int, first_at: datetime.datetime, last_at: datetime.datetime
) -> SuppressReason | None:
    """Whether an address that keeps bouncing softly is given up: five in a row, over at least 14 days."""
    if in_a_row >= SOFT_BOUNCES_IN_A_ROW and last_at - first_at >= SOFT_BOUNCES_OVER:
        return SuppressReason.SOFT_BOUNCE
    return None


def _bounced(
    bounce_class: BounceClass,
    suppress: SuppressReason | None = None,
    *,
    unsubscribe: bool = False,
    counts_for_brakes: bool = False,
) -> Verdict:
    return Verdict(
        ledger=LedgerState.ACCEPTED,
        outcome=Outcome.BOUNCED,
        bounce_class=bounce_class,
        suppress=suppress,
        unsubscribe=unsubscribe,
        counts_for_brakes=counts_for_brakes,
        keep_raw=True,
    )


_HARD = _bounced(BounceClass.HARD, SuppressReason.HARD_BOUNCE, counts_for_brakes=True)
_SOFT = _bounced(BounceClass.SOFT)
_CONTENT = _bounced(BounceClass.CONTENT)
_HELD_BACK = _bounced(BounceClass.SUPPRESSED, SuppressReason.HARD_BOUNCE)
# The reader left by SES's own unsubscribe page: a will, and no fault of the address.
_LEFT = _bounced(BounceClass.SUPPRESSED, unsubscribe=True)

_BY_SUBTYPE = {
    BounceSubtype.SUPPRESSED: _HELD_BACK,
    BounceSubtype.ON_ACCOUNT_SUPPRESSION_LIST: _HELD_BACK,
    BounceSubtype.ON_TENANT_SUPPRESSION_LIST: _HELD_BACK,
    BounceSubtype.EMAIL_VALIDATION_SUPPRESSED: _HELD_BACK,
    BounceSubtype.UNSUBSCRIBED_RECIPIENT: _LEFT,
    BounceSubtype.MESSAGE_TOO_LARGE: _CONTENT,
    BounceSubtype.CONTENT_REJECTED: _CONTENT,
    BounceSubtype.ATTACHMENT_REJECTED: _CONTENT,
}

_COMPLAINED = Verdict(
    ledger=LedgerState.ACCEPTED,
    suppress=SuppressReason.COMPLAINT,
    unsubscribe=True,
    counts_for_brakes=True,
    complained=True,
    keep_raw=True,
)
# SES tells of these as complaints, yet no mail went out, so no Delivery or Bounce will follow: this is the outcome.
_COMPLAINED_BEFORE = dataclasses.replace(_HELD_BACK, suppress=SuppressReason.COMPLAINT, unsubscribe=True)
_NOT_SPAM = Verdict(ledger=LedgerState.ACCEPTED, keep_raw=True)
_AUTH_FAILURE = dataclasses.replace(_NOT_SPAM, report=True)

# What needs no look at the event itself.
BY_KIND = {
    EventKind.SEND: Verdict(ledger=LedgerState.ACCEPTED),
    EventKind.DELIVERY: Verdict(ledger=LedgerState.ACCEPTED, outcome=Outcome.DELIVERED),
    EventKind.DELIVERY_DELAY: Verdict(ledger=LedgerState.ACCEPTED),
    EventKind.REJECT: Verdict(ledger=LedgerState.REJECTED, keep_raw=True),
    EventKind.RENDERING_FAILURE: Verdict(ledger=LedgerState.REJECTED, keep_raw=True),
    EventKind.OPEN: Verdict(ledger=LedgerState.ACCEPTED, opened=True),
    EventKind.CLICK: Verdict(ledger=LedgerState.ACCEPTED, clicked=True),
    # From SES's own list management, which Sudi leaves off.
    EventKind.SUBSCRIPTION: Verdict(ledger=LedgerState.ACCEPTED, keep_raw=True, report=True),
    # It may tell of a new way to succeed or to fail, so it proves nothing.
    EventKind.UNKNOWN: Verdict(keep_raw=True, report=True),
}


def _of_bounce(kind: BounceType | None, subtype: BounceSubtype | None) -> Verdict:
    if subtype in _BY_SUBTYPE:
        return _BY_SUBTYPE[subtype]
    # SES asks that any address with a permanent bounce be removed, so a subtype it may add later is no exception.
    return _HARD if kind is BounceType.PERMANENT else _SOFT


def _of_complaint(kind: ComplaintType | None, subtype: ComplaintSubtype | None) -> Verdict:
    if kind is ComplaintType.NOT_SPAM:
        return _NOT_SPAM
    if kind is ComplaintType.AUTH_FAILURE:
        return _AUTH_FAILURE
    if subtype in {ComplaintSubtype.ON_ACCOUNT_SUPPRESSION_LIST, ComplaintSubtype.ON_TENANT_SUPPRESSION_LIST}:
        return _COMPLAINED_BEFORE
    # An unknown type included: to take a remark for a complaint costs one reader, the reverse costs the sender's name.
    return _COMPLAINED
