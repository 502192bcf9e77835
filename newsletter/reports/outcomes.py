"""What became of a delivery, told from its columns alone: the order in which SES's events came doesn't matter."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import Q

from newsletter.models import BounceClass, Delivery, DeliveryState


class Outcome(StrEnum):
    """Of an accepted delivery: exactly one."""

    AWAITING = "awaiting"
    DELIVERED = "delivered"
    BOUNCED = "bounced"


# The classes of bounce that a delivery stands above, whichever came first.
OVERTAKEN = (BounceClass.SOFT, BounceClass.CONTENT)

ACCEPTED = Q(state=DeliveryState.ACCEPTED)
BOUNCED = Q(bounced_at__isnull=False) & (~Q(bounce_class__in=OVERTAKEN) | Q(delivered_at__isnull=True))
DELIVERED = Q(delivered_at__isnull=False) & (Q(bounced_at__isnull=True) | Q(bounce_class__in=OVERTAKEN))

# The same rule twice, for rows in the database and for one row in hand; a test holds them together.
CONDITIONS = {
    Outcome.AWAITING: ACCEPTED & Q(delivered_at__isnull=True, bounced_at__isnull=True),
    Outcome.DELIVERED: ACCEPTED & DELIVERED,
    Outcome.BOUNCED: ACCEPTED & BOUNCED,
}


def outcome_of(delivery: Delivery) -> Outcome | None:
    """The outcome of one delivery; ``None`` where SES hasn't accepted it."""
    if delivery.state != DeliveryState.ACCEPTED:
        return None
    if delivery.bounced_at and not (delivery.delivered_at and delivery.bounce_class in OVERTAKEN):
        return Outcome.BOUNCED
    return Outcome.DELIVERED if delivery.delivered_at else Outcome.AWAITING
