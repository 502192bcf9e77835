"""A campaign in numbers."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import operator
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Aggregate, Count, Q
from django.utils import timezone

from newsletter.models import Campaign, CampaignStatus, Delivery, DeliveryState
from newsletter.reports.account import account_report
from newsletter.reports.attention import ATTENTION
from newsletter.reports.outcomes import CONDITIONS, Outcome
from subscribers.models import Standing, Subscription

S = DeliveryState
RATE_SECONDS = 10


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CampaignReport:
    """``recipients = pending + submitting + accepted + rejected + in_doubt + skipped`` and
    ``accepted = awaiting + delivered + bounced``.

    ``candidates`` and ``recipients`` are ``None`` until the audience is frozen. ``rate``: recipients accepted a second
    over the last ten, ``None`` unless sending. ``eta_seconds``: ``None`` where nobody can tell. ``opened`` and
    ``clicked`` count readers whose mail was, by whomever; ``…_by_people`` leave out what machines are known to do.
    """

    campaign: str
    status: str
    candidates: int | None
    recipients: int | None
    exclusions: dict[str, int]
    pending: int
    submitting: int
    accepted: int
    rejected: int
    in_doubt: int
    skipped: int
    awaiting: int
    delivered: int
    bounced: int
    complained: int
    unsubscribed: int
    opened: int
    clicked: int
    rate: float | None
    eta_seconds: int | None
    opened_by_people: int
    clicked_by_people: int

    def public(self) -> dict[str, Any]:
        """What ``delivery_status --json`` prints: exactly the names of that contract, in its order."""
        fields = dataclasses.asdict(self)
        return {name: value for name, value in fields.items() if not name.endswith("_by_people")}


def campaign_report(campaign: Campaign) -> CampaignReport:
    """The campaign as it stands: one aggregate over its deliveries, whatever their number."""
    return campaign_reports([campaign])[0]


def campaign_reports(campaigns: Iterable[Campaign]) -> list[CampaignReport]:
    """The same for several, in their order, still with one aggregate. Have ``issue`` selected."""
    wanted = list(campaigns)
    if not wanted:
        return []
    counts = _counts(wanted)
    allowed = account_report().allowed
    return [_report(campaign, counts.get(campaign.pk, {}), allowed) for campaign in wanted]


def _counts(campaigns: list[Campaign]) -> dict[int, dict[str, int]]:
    aggregates = _aggregates(campaigns)
    rows = Delivery.objects.filter(campaign_id__in=[campaign.pk for campaign in campaigns]).order_by()
    grouped = rows.values("campaign_id").annotate(**aggregates).values_list("campaign_id", *aggregates)
    return {campaign_id: dict(zip(aggregates, counts, strict=True)) for campaign_id, *counts in grouped}


def _aggregates(campaigns: list[Campaign]) -> dict[str, Aggregate]:
    since = timezone.now() - datetime.timedelta(seconds=RATE_SECONDS)
    conditions = {
        "pending": Q(state=S.PENDING),
        "submitting": Q(state=S.SUBMITTING),
        "rejected": Q(state=S.REJECTED),
        "in_doubt": Q(state=S.IN_DOUBT),
        "skipped": Q(state=S.SKIPPED),
        **{outcome.value: condition for outcome, condition in CONDITIONS.items()},
        "complained": Q(complained_at__isnull=False),
        "unsubscribed": functools.reduce(operator.or_, map(_left_since_start, campaigns)),
        **ATTENTION,
        "lately": Q(state=S.ACCEPTED, settled_at__gte=since),
    }
    return {name: Count("position", filter=condition) for name, condition in conditions.items()}


def _left_since_start(campaign: Campaign) -> Q:
    here = Subscription.objects.filter(mailing_list_id=campaign.mailing_list_id, status=Standing.UNSUBSCRIBED)
    left = here.filter(changed_at__gte=campaign.started_at) if campaign.started_at else here.none()
    return Q(campaign_id=campaign.pk, subscriber_id__in=left.values("subscriber_id")) & ~Q(state=S.SKIPPED)


def _report(campaign: Campaign, counted: Mapping[str, int], allowed: float) -> CampaignReport:
    fields: dict[str, Any] = dict.fromkeys(_COUNTED, 0) | dict(counted)
    lately = fields.pop("lately")
    sending = campaign.status == CampaignStatus.SENDING
    rate = lately / RATE_SECONDS if sending else None
    speed = rate or allowed
    return CampaignReport(
        campaign=campaign.slug,
        status=campaign.status,
        candidates=campaign.candidates,
        recipients=campaign.recipients,
        exclusions=campaign.exclusions,
        accepted=sum(fields[outcome] for outcome in Outcome),
        rate=rate,
        eta_seconds=round(fields["pending"] / speed) if sending and speed > 0 else None,
        **fields,
    )


_COUNTED = (
    *("pending", "submitting", "rejected", "in_doubt", "skipped", *Outcome),
    *("complained", "unsubscribed", "lately", *ATTENTION),
)
