"""What the brakes count of a campaign: accepted mails, hard bounces of the address's own, and complaints.

Bad results are few and have an index of their own, so that asking with every tick costs next to nothing; accepted
mails are counted by batch, each time that one is given back, and one by one only where that might decide.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import StrIndex, Substr

from newsletter.models import Batch, BounceClass, Delivery, DeliveryState

# As the index has it.
BAD = Q(bounced_at__isnull=False) | Q(complained_at__isnull=False)
# What SES held back for an earlier bounce or complaint is of another class, or no complaint at all: it doesn't count.
HARD = Q(bounce_class=BounceClass.HARD)
COMPLAINED = Q(complained_at__isnull=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Results:
    accepted: int = 0
    hard_bounces: int = 0
    complaints: int = 0

    def since(self, before: Mapping[str, int]) -> Results:
        """What came on top of an earlier count."""
        return Results(*(max(0, getattr(self, name) - before.get(name, 0)) for name in NAMES))


NAMES = tuple(field.name for field in dataclasses.fields(Results))


def bad_results(campaign_ids: Iterable[int]) -> dict[int, Results]:
    """Hard bounces and complaints of each campaign that has any; ``accepted`` isn't counted. One query."""
    counted = _bad(campaign_id__in=list(campaign_ids)).values("campaign_id").annotate(**_COUNTS)
    rows = counted.values_list("campaign_id", *_COUNTS)
    return {campaign_id: Results(0, hard, complained) for campaign_id, hard, complained in rows}


def accepted_about(campaign_id: int) -> int:
    """How many mails were accepted when each batch was last given back: seconds old, and seldom too many."""
    return Batch.objects.filter(campaign_id=campaign_id).aggregate(total=Sum("accepted"))["total"] or 0


def results(campaign_id: int) -> Results:
    """All three, exactly; reads the whole campaign."""
    accepted = Delivery.objects.filter(campaign_id=campaign_id, state=DeliveryState.ACCEPTED).count()
    bad = bad_results([campaign_id]).get(campaign_id, Results())
    return dataclasses.replace(bad, accepted=accepted)


def worst_domains(campaign_id: int, which: Q, limit: int = 3) -> list[tuple[str, int]]:
    """The domains with most of the bad results that ``which`` names, most first."""
    domain = Substr(F("address"), StrIndex(F("address"), Value("@")) + 1)
    rows = _bad(campaign_id=campaign_id).filter(which).values(domain=domain).annotate(count=Count("position"))
    return list(rows.order_by("-count", "domain").values_list("domain", "count")[:limit])


_COUNTS: dict[str, Any] = {"hard": Count("position", filter=HARD), "complained": Count("position", filter=COMPLAINED)}


def _bad(**of: Any) -> QuerySet[Delivery]:
    return Delivery.objects.filter(BAD, **of).order_by()
