"""Which events prove that those of earlier calls have come too."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from newsletter.delivery import traces
from newsletter.events import applying, door
from newsletter.models import Campaign, DeliveryState, SendRate
from tests.newsletter.delivery.making import delivery, put, sending
from tests.newsletter.events.telling import told

pytestmark = [pytest.mark.dialects, pytest.mark.usefixtures("installation")]
S = DeliveryState
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def campaign() -> Campaign:
    """Two readers, called one after the other."""
    campaign = sending(2)
    for position in (1, 2):
        put(campaign, S.SUBMITTING, position=position, attempt=1, submitted_at=called(position))
    return campaign


START = timezone.now()


def called(position: int) -> datetime.datetime:
    return START + position * HOUR


def proven(*texts: str) -> datetime.datetime | None:
    door.store(list(texts))
    applying.apply_pending()
    return SendRate.objects.values_list("traced_at", flat=True).first()


@pytest.mark.parametrize("name", ["Send", "Delivery"])
def test_the_latest_call_that_was_told_of_counts(campaign: Campaign, name: str) -> None:
    assert proven(told(name, delivery(campaign, 2)), told(name, delivery(campaign, 1))) == called(2)
    put(campaign, S.SUBMITTING, position=1, attempt=2, submitted_at=called(3))
    assert proven(told(name, delivery(campaign, 1))) == called(3)


@pytest.mark.parametrize("name", ["Bounce", "Complaint", "Reject", "Open"])
def test_an_event_of_few_proves_nothing_of_the_others(campaign: Campaign, name: str) -> None:
    assert proven(told(name, delivery(campaign, 1))) is None


def test_an_older_attempts_event_proves_nothing(campaign: Campaign) -> None:
    put(campaign, S.SUBMITTING, position=1, attempt=2, submitted_at=called(9))
    assert proven(told("Send", delivery(campaign, 1), attempt=1)) is None


def test_a_later_campaign_ends_an_earlier_ones_last_doubts(campaign: Campaign) -> None:
    put(campaign, S.IN_DOUBT, position=2, attempt=1, submitted_at=START - HOUR)
    campaign.started_at = START - 2 * HOUR
    campaign.save()
    other = sending(0, day=2)
    put(other, S.ACCEPTED, attempt=1, submitted_at=START)
    assert traces.settle(datetime.timedelta(0)) == 0
    proven(told("Delivery", delivery(other, 1)))
    assert traces.settle(datetime.timedelta(0)) == 1
    assert delivery(campaign, 2).code == "no_trace"
