"""The ledger alone, no network, one process: the freeze of an audience, and claims and answers by fifty."""

from __future__ import annotations

import dataclasses
import statistics
import time

from django.db import connection, transaction

from benchmark.approved import approved_report, editor
from newsletter.delivery import campaigns, ledger, snapshot
from newsletter.delivery.ledger import Settlement
from newsletter.models import Campaign, CampaignStatus, Delivery, DeliveryState

FREEZES = 3
AT_ONCE = 50
MOST = 50_000  # rows claimed and answered; more would say the same


@dataclasses.dataclass(frozen=True, slots=True)
class LedgerTiming:
    """``vendor``: of the database. ``ledger_per_s``: rows claimed and answered a second."""

    vendor: str
    recipients: int
    snapshot_s: float
    snapshot_per_s: float
    claims_per_s: float
    answers_per_s: float
    ledger_per_s: float


def measure_ledger(readers: int) -> LedgerTiming:
    """In the database that the settings name, which must be empty and migrated."""
    campaign = campaigns.schedule(approved_report(readers), editor())
    freezes = [_freeze(campaign) for _ in range(FREEZES)]
    recipients = Delivery.objects.count()
    Campaign.objects.filter(pk=campaign.pk).update(
        status=CampaignStatus.SENDING, recipients=recipients, candidates=recipients
    )
    claims, answers = _claims_and_answers(campaign, min(recipients, MOST))
    frozen = statistics.median(freezes)
    rows = min(recipients, MOST)
    return LedgerTiming(
        vendor=connection.vendor,
        recipients=recipients,
        snapshot_s=frozen,
        snapshot_per_s=recipients / frozen,
        claims_per_s=rows / claims,
        answers_per_s=rows / answers,
        ledger_per_s=rows / (claims + answers),
    )


def _freeze(campaign: Campaign) -> float:
    """The seconds that it took, as the engine does it; what an earlier one left is removed before."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM newsletter_delivery")
        cursor.execute("DELETE FROM newsletter_batch")
        cursor.execute("VACUUM")
    began = time.perf_counter()
    with transaction.atomic():
        snapshot.one_moment()
        snapshot.take(campaign.pk, campaigns.audience_of(campaign))
        snapshot.analyze()
    return time.perf_counter() - began


def _claims_and_answers(campaign: Campaign, rows: int) -> tuple[float, float]:
    claims = answers = 0.0
    who = campaigns.audience_of(campaign)
    for first in range(1, rows + 1, AT_ONCE):
        positions = range(first, min(first + AT_ONCE, rows + 1))
        began = time.perf_counter()
        claimed = ledger.claim(campaign.pk, positions, who)
        claims += time.perf_counter() - began
        settlements = [
            Settlement(each.position, each.attempt, DeliveryState.ACCEPTED, f"0102019a7c3f2b10-{each.position:012x}")
            for each in claimed
        ]
        began = time.perf_counter()
        answered = ledger.answer(campaign.pk, settlements)
        answers += time.perf_counter() - began
        if answered != len(positions):
            raise RuntimeError(f"{answered} of {len(positions)} rows were claimed and answered")
    return claims, answers
