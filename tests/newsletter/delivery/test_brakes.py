"""Bad results stop a campaign: how many, of which kind, and what an operator's resume sets aside."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from newsletter.delivery import campaigns, results
from newsletter.models import Batch, BounceClass, Campaign, CampaignStatus, Delivery, DeliveryState, StopCause
from tests.newsletter.delivery.making import configure, deliveries, ops, sending, tick

pytestmark = [pytest.mark.dialects, pytest.mark.usefixtures("installation")]
S, C = DeliveryState, CampaignStatus
COMPLAINED: dict[str, Any] = {"complained_at": timezone.now()}
HARD: dict[str, Any] = {"bounced_at": timezone.now(), "bounce_class": BounceClass.HARD}


def of_class(bounce_class: BounceClass) -> dict[str, Any]:
    return {**HARD, "bounce_class": bounce_class}


@pytest.fixture
def campaign() -> Campaign:
    campaign = sending(300)
    accept(campaign, 1, 200)
    return campaign


def accept(campaign: Campaign, first: int, last: int) -> None:
    """Everybody from one position to another, as the batch is given back."""
    range_ = Delivery.objects.filter(campaign_id=campaign.pk, position__range=(first, last))
    range_.update(state=S.ACCEPTED, attempt=1)
    campaign.batches.update(accepted=last)


def result(campaign: Campaign, count: int, fields: dict[str, Any], *, first: int = 1) -> None:
    within = (first, first + count - 1)
    Delivery.objects.filter(campaign_id=campaign.pk, position__range=within).update(**fields)


def braked(campaign: Campaign) -> bool:
    tick()
    campaign.refresh_from_db()
    assert (campaign.status == C.PAUSED) == (campaign.cause == StopCause.BRAKES)
    return campaign.status == C.PAUSED


@pytest.mark.parametrize(
    ("fields", "count"),
    [(HARD, 9), (COMPLAINED, 2), *((of_class(each), 200) for each in BounceClass if each != BounceClass.HARD)],
)
def test_what_is_bearable_or_no_fault_of_the_list_stops_nothing(
    campaign: Campaign, fields: dict[str, Any], count: int
) -> None:
    result(campaign, count, fields)
    assert not braked(campaign)


def test_too_many_hard_bounces_pause_the_campaign_with_the_numbers_and_the_domains(campaign: Campaign) -> None:
    for position, domain in enumerate(["a.example"] * 6 + ["b.example"] * 3 + ["c.example", "d.example"], 1):
        Delivery.objects.filter(campaign_id=campaign.pk, position=position).update(address=f"{position}@{domain}")
    result(campaign, 11, HARD)
    assert braked(campaign)
    assert campaign.reason.startswith(
        "11 of 200 accepted mails bounced hard (5.50 %), most at a.example (6), b.example (3), c.example (1)."
    )
    assert campaign.transitions.filter(to_status=C.PAUSED, user=None, note=campaign.reason).exists()


def test_too_many_complaints_pause_the_campaign(campaign: Campaign) -> None:
    result(campaign, 3, COMPLAINED)
    assert braked(campaign)
    assert campaign.reason.startswith("3 of 200 accepted mails complained (1.50 %), most at example.test (3).")


def test_both_are_named(campaign: Campaign) -> None:
    result(campaign, 20, {**HARD, **COMPLAINED})
    assert braked(campaign)
    assert "20 of 200 accepted mails bounced hard" in campaign.reason
    assert "20 of 200 accepted mails complained" in campaign.reason


def test_nothing_is_judged_by_fewer_than_two_hundred(campaign: Campaign) -> None:
    Delivery.objects.filter(campaign_id=campaign.pk, position=200).update(state=S.PENDING)
    result(campaign, 150, HARD)
    assert not braked(campaign)


def test_a_share_is_of_all_that_was_accepted_and_not_only_of_finished_batches(campaign: Campaign) -> None:
    accept(campaign, 1, 250)
    Batch.objects.update(accepted=0)
    result(campaign, 12, HARD)
    assert not braked(campaign)  # 12 of 250: 4.8 %
    result(campaign, 13, HARD)
    assert braked(campaign)


@pytest.mark.parametrize(
    ("settings", "fields", "count"),
    [
        ({"brake_accepted": 201}, HARD, 200),
        ({"brake_bounces": 40}, HARD, 39),
        ({"brake_bounce_share": 0.2}, HARD, 39),
        ({"brake_complaints": 8}, COMPLAINED, 7),
        ({"brake_complaint_share": 0.04}, COMPLAINED, 7),
    ],
)
def test_the_limits_are_settable(
    campaign: Campaign, settings: dict[str, Any], fields: dict[str, Any], count: int
) -> None:
    configure(**settings)
    result(campaign, count, fields)
    assert not braked(campaign)


# After an operator's resume


@pytest.mark.parametrize(("fields", "count", "more"), [(HARD, 20, 5), (COMPLAINED, 3, 3)])
def test_the_same_numbers_do_not_stop_it_again_but_as_many_more_do(
    campaign: Campaign, fields: dict[str, Any], count: int, more: int
) -> None:
    configure(brake_accepted=50, brake_bounces=5)
    result(campaign, count, fields)
    assert braked(campaign)
    campaigns.resume(campaign, ops())
    assert not braked(campaign)
    assert (campaign.reason, campaign.overridden["accepted"]) == ("", 200)
    accept(campaign, 1, 300)
    result(campaign, more - 1, fields, first=201)
    assert not braked(campaign)
    result(campaign, more, fields, first=201)
    assert braked(campaign)
    assert campaign.reason.startswith(f"{more} of 100 accepted")


def test_what_came_while_it_was_paused_is_overridden_too(campaign: Campaign) -> None:
    result(campaign, 11, HARD)
    assert braked(campaign)
    result(campaign, 80, HARD)
    campaigns.resume(campaign, ops())
    assert campaign.overridden == {"accepted": 200, "hard_bounces": 80, "complaints": 0}
    assert not braked(campaign)


def test_a_resume_from_another_pause_overrides_nothing(campaign: Campaign) -> None:
    result(campaign, 9, HARD)
    campaigns.pause(campaign, ops(), "wait")
    campaigns.resume(campaign, ops())
    assert campaign.overridden == {}
    result(campaign, 11, HARD)
    assert braked(campaign)


# What it costs


def test_a_good_campaign_costs_one_small_question(campaign: Campaign, statements: list[str]) -> None:
    result(campaign, 9, HARD)
    del statements[:]
    tick()
    assert len([sql for sql in statements if "complained_at" in sql]) == 1
    assert not [sql for sql in statements if 'SUM("newsletter_batch"."accepted")' in sql]


def test_many_bad_results_of_many_more_good_ones_are_told_without_reading_the_campaign(
    campaign: Campaign, statements: list[str]
) -> None:
    campaign.batches.update(accepted=100_000)
    result(campaign, 20, HARD)
    assert not braked(campaign)
    del statements[:]
    tick()
    assert not [sql for sql in statements if "newsletter_delivery" in sql and "complained_at" not in sql]


def test_bad_results_are_found_by_their_index(campaign: Campaign) -> None:
    Delivery.objects.filter(campaign_id=campaign.pk).update(attempt=1)
    result(campaign, 3, HARD)
    rows = results._bad(campaign_id__in=[campaign.pk]).values("campaign_id").annotate(**results._COUNTS)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    assert "bounced_or_complained" in rows.explain()
    assert len(deliveries(campaign)) == 300
