"""Did this reader get it? And the pages of a campaign's deliveries."""

from __future__ import annotations

import dataclasses

from django.db.models import Q

from newsletter.models import Campaign, Delivery, DeliveryEvent, DeliveryState
from newsletter.reports.outcomes import CONDITIONS
from subscribers.addresses import normalise
from subscribers.audience import Audience, candidates
from subscribers.models import Subscriber

PAGE = 100
# What a list of deliveries can be of: a state, an outcome, or a complaint.
CHOICES: dict[str, Q] = {
    **{state.name.lower(): Q(state=state) for state in DeliveryState},
    **{outcome.value: condition for outcome, condition in CONDITIONS.items()},
    "complained": Q(complained_at__isnull=False),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Absent:
    """Not a recipient of the campaign. ``known``: there is such a subscriber; ``on_list``: with a subscription to the
    campaign's list; ``exclusion``: why that one wouldn't be mailed now, a key of ``audience.EXCLUSIONS``."""

    address: str
    known: bool = False
    on_list: bool = False
    exclusion: str | None = None


def find(campaign: Campaign, text: str) -> Delivery | Absent:
    """The delivery to this address, or what is known of somebody who has none. Raises ``AddressError``."""
    address = normalise(text)
    reader = Subscriber.objects.filter(address_key=address.key).first()
    deliveries = Delivery.objects.filter(campaign_id=campaign.pk).order_by("position")
    # By number where there is one: on PostgreSQL that is indexed. By address for who was erased or has moved since.
    found = reader and deliveries.filter(subscriber_id=reader.pk).first()
    found = found or deliveries.filter(address__iexact=address.email).first()
    if found:
        return found
    if reader is None:
        return Absent(address.email)
    standing = candidates(Audience(campaign.mailing_list_id)).filter(subscriber=reader).first()
    return Absent(address.email, True, standing is not None, standing.exclusion if standing else None)


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """``previous`` and ``next``: the position to ask ``before`` or ``after``; ``None``: there is no such page."""

    deliveries: list[Delivery]
    previous: int | None
    next: int | None


def page(
    campaign: Campaign, *, of: str = "", code: str | None = None, after: int | None = None, before: int | None = None
) -> Page:
    """One page of deliveries in order of position, found by position: never counted, never skipped over.

    ``of`` is a key of ``CHOICES``, empty for all; ``code`` leaves those with this code.
    """
    rows = Delivery.objects.filter(CHOICES[of] if of else Q(), campaign_id=campaign.pk)
    if code is not None:
        rows = rows.filter(code=code) if code else rows.filter(Q(code=None) | Q(code=""))
    if before is not None:
        chosen = list(rows.filter(position__lt=before).order_by("-position")[: PAGE + 1])
        deliveries = chosen[:PAGE][::-1]
        earlier, later = len(chosen) > PAGE, bool(deliveries)
    else:
        chosen = list(rows.filter(position__gt=after or 0).order_by("position")[: PAGE + 1])
        deliveries = chosen[:PAGE]
        earlier, later = bool(after) and bool(deliveries), len(chosen) > PAGE
    return Page(
        deliveries,
        deliveries[0].position if earlier else None,
        deliveries[-1].position if later else None,
    )


def events_of(delivery: Delivery) -> list[DeliveryEvent]:
    """Every stored event of the delivery, of all attempts, in order of their own time."""
    rows = DeliveryEvent.objects.filter(campaign_id=delivery.campaign_id, position=delivery.position)
    return list(rows.order_by("at", "received_at"))
