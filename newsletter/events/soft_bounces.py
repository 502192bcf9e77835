"""Giving up an address that keeps bouncing softly.

What bounced is kept by subscriber; what was delivered is in the ledger, and is looked up only for the few that might
be given up. So a delivery costs nothing here, and the events may come in any order, and twice.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.db.models import Max
from django.db.models.functions import Coalesce, Greatest

from newsletter.delivery.feedback import FINAL_BOUNCES
from newsletter.events.verdicts import soft_bounces_suppress
from newsletter.models import Delivery
from subscribers import soft_bounces, suppression
from subscribers.addresses import AddressError, normalise
from subscribers.models import SuppressionReason


class Bounced(NamedTuple):
    subscriber_id: int
    address: str
    mail: str
    at: datetime.datetime


def count(bounced: Sequence[Bounced]) -> None:
    """Keep these, and suppress whom they are too many of. In the transaction that applies the events."""
    if not bounced:
        return
    kept = soft_bounces.record((each.subscriber_id, each.mail, each.at) for each in bounced)
    suspects = {who: times for who, times in kept.items() if _too_many(times)}
    delivered = _last_delivered(suspects.keys()) if suspects else {}
    addresses = {each.subscriber_id: each.address for each in bounced}
    for who, times in suspects.items():
        if last := delivered.get(who):
            soft_bounces.forget(who, last)
        if _too_many([at for at in times if last is None or at > last]):
            _give_up(who, addresses[who], times[-1])


def _too_many(times: Sequence[datetime.datetime]) -> bool:
    return bool(times) and bool(soft_bounces_suppress(in_a_row=len(times), first_at=times[0], last_at=times[-1]))


def _last_delivered(subscriber_ids: Collection[int]) -> dict[int, datetime.datetime]:
    """When each was last delivered to. A mail that bounced softly and was delivered, whichever was first, got there."""
    rows = Delivery.objects.filter(subscriber_id__in=list(subscriber_ids), delivered_at__isnull=False)
    got_there = (
        rows.exclude(bounced_at__isnull=False, bounce_class__in=FINAL_BOUNCES).values("subscriber_id").order_by()
    )
    last = Max(Greatest("delivered_at", Coalesce("bounced_at", "delivered_at")))
    return dict(got_there.annotate(last=last).values_list("subscriber_id", "last"))


def _give_up(subscriber_id: int, address: str, last: datetime.datetime) -> None:
    try:
        known = normalise(address)
    except AddressError:
        return
    reason = SuppressionReason.SOFT_BOUNCE
    suppression.suppress([known], reason, note="bounced softly again and again, and nothing was delivered between")
    soft_bounces.forget(subscriber_id, last)  # who is unsuppressed begins anew
