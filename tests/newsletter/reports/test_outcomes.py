from __future__ import annotations

import datetime
import itertools

import pytest
from django.utils import timezone

from newsletter.models import BounceClass, Delivery, DeliveryState
from newsletter.reports.campaigns import campaign_report
from newsletter.reports.outcomes import CONDITIONS, Outcome, outcome_of
from tests.newsletter.reports.rows import add, make_campaign

pytestmark = pytest.mark.django_db
NOW = timezone.now()
EARLIER = NOW - datetime.timedelta(hours=1)
DELIVERED, BOUNCED, AWAITING = Outcome.DELIVERED, Outcome.BOUNCED, Outcome.AWAITING
CASES = [
    (False, None, AWAITING),
    (True, None, DELIVERED),
    (False, BounceClass.SOFT, BOUNCED),
    (True, BounceClass.SOFT, DELIVERED),
    (False, BounceClass.HARD, BOUNCED),
    (True, BounceClass.HARD, BOUNCED),
    (True, BounceClass.CONTENT, DELIVERED),
    (True, BounceClass.SUPPRESSED, BOUNCED),
]


@pytest.mark.parametrize(("delivered", "bounce_class", "expected"), CASES)
@pytest.mark.parametrize(("delivered_at", "bounced_at"), [(EARLIER, NOW), (NOW, EARLIER)])
def test_the_order_of_events_changes_nothing(
    delivered: bool, bounce_class: BounceClass | None, expected: Outcome, delivered_at: object, bounced_at: object
) -> None:
    campaign = make_campaign()
    add(
        campaign,
        delivered_at=delivered_at if delivered else None,
        bounced_at=bounced_at if bounce_class else None,
        bounce_class=bounce_class,
    )
    report = campaign_report(campaign)
    assert {AWAITING: report.awaiting, DELIVERED: report.delivered, BOUNCED: report.bounced}[expected] == 1
    assert report.awaiting + report.delivered + report.bounced == 1


def test_one_row_in_hand_is_told_as_rows_in_the_database_are() -> None:
    campaign, times = make_campaign(), (None, NOW)
    for state, delivered, bounced, kind in itertools.product(DeliveryState, times, times, (None, *BounceClass)):
        add(campaign, state=state, delivered_at=delivered, bounced_at=bounced, bounce_class=kind)
    rows = Delivery.objects.filter(campaign_id=campaign.pk)
    for outcome, condition in CONDITIONS.items():
        in_database = set(rows.filter(condition).values_list("position", flat=True))
        assert in_database == {row.position for row in rows if outcome_of(row) is outcome}
    assert {row.state for row in rows if outcome_of(row)} == {DeliveryState.ACCEPTED}
