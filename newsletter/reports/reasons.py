"""Why deliveries of a campaign didn't reach anybody: counted by code, by class of bounce, by domain."""

from __future__ import annotations

import dataclasses

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, StrIndex, Substr

from newsletter.models import BounceClass, Campaign, Delivery, DeliveryState
from newsletter.reports.outcomes import CONDITIONS, Outcome


@dataclasses.dataclass(frozen=True, slots=True)
class Counted:
    """How many deliveries share a code, a class or a domain; ``""`` where none was given."""

    name: str
    count: int


def rejections(campaign: Campaign) -> list[Counted]:
    """Rejected deliveries by SES's (or our) code, most first."""
    return _by_code(campaign, DeliveryState.REJECTED)


def skips(campaign: Campaign) -> list[Counted]:
    """Skipped deliveries by reason, most first."""
    return _by_code(campaign, DeliveryState.SKIPPED)


def bounces(campaign: Campaign) -> list[Counted]:
    """Deliveries whose outcome is a bounce, by the name of a ``BounceClass`` in lower case, most first."""
    counted = (
        _deliveries(campaign, CONDITIONS[Outcome.BOUNCED]).values("bounce_class").annotate(count=Count("position"))
    )
    named = [
        Counted("" if row["bounce_class"] is None else BounceClass(row["bounce_class"]).name.lower(), row["count"])
        for row in counted
    ]
    return sorted(named, key=lambda each: (-each.count, each.name))


def bouncing_domains(campaign: Campaign, limit: int = 10) -> list[Counted]:
    """The domains that most deliveries bounced from, most first, at most ``limit``."""
    domain = Substr(F("address"), StrIndex(F("address"), Value("@")) + 1)
    rows = _deliveries(campaign, CONDITIONS[Outcome.BOUNCED]).values(name=domain)
    counted = rows.annotate(count=Count("position")).order_by("-count", "name")[:limit]
    return [Counted(row["name"], row["count"]) for row in counted]


def _by_code(campaign: Campaign, state: DeliveryState) -> list[Counted]:
    rows = _deliveries(campaign, Q(state=state)).values(name=Coalesce("code", Value("")))
    counted = rows.annotate(count=Count("position")).order_by("-count", "name")
    return [Counted(row["name"], row["count"]) for row in counted]


def _deliveries(campaign: Campaign, condition: Q) -> QuerySet[Delivery]:
    return Delivery.objects.filter(condition, campaign_id=campaign.pk).order_by()
