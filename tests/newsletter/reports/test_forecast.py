from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter.delivery import rate
from newsletter.models import Newsletter, SendRate
from newsletter.reports.forecast import forecast
from subscribers.models import Standing, Suppression
from tests.factories import NewsletterFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db


def newsletter_with(*standings: Standing) -> Newsletter:
    newsletter: Newsletter = NewsletterFactory.create()
    for standing in standings:
        SubscriptionFactory.create(mailing_list=newsletter.mailing_list, status=standing)
    return newsletter


def test_everybody_is_a_recipient_or_has_a_reason() -> None:
    newsletter = newsletter_with(*[Standing.SUBSCRIBED] * 3, *Standing)
    SubscriptionFactory.create()  # of another list
    gone = newsletter.mailing_list.subscriptions.filter(status=Standing.SUBSCRIBED)[0].subscriber
    Suppression.objects.create(address_hash=gone.address_hash, email=gone.email, reason="manual")
    expected = forecast(newsletter)
    assert (expected.candidates, expected.recipients) == (7, 3)
    assert expected.exclusions == {"unsubscribed": 1, "unconfirmed": 1, "paused": 1, "suppressed": 1}


def test_nobody_takes_no_time() -> None:
    expected = forecast(newsletter_with())
    assert (expected.candidates, expected.recipients, expected.exclusions) == (0, 0, {})
    assert (expected.duration, expected.beyond_quota) == (datetime.timedelta(0), 0)


def test_lasts_as_long_as_todays_rate_allows() -> None:
    rate.current()
    SendRate.objects.update(max_send_rate=2, slowdown=0.5)
    assert forecast(newsletter_with(*[Standing.SUBSCRIBED] * 9)).duration == datetime.timedelta(seconds=10)


@pytest.mark.parametrize(
    ("quota", "sent", "beyond"), [(10, 0, 0), (10, 8, 1), (10, 12, 3), (-1, 10, 0), (None, None, 0)]
)
def test_beyond_the_quota_is_what_the_day_has_no_room_for(quota: int | None, sent: int | None, beyond: int) -> None:
    rate.current()
    SendRate.objects.update(max_24_hour_send=quota, sent_last_24_hours=sent)
    assert forecast(newsletter_with(*[Standing.SUBSCRIBED] * 3)).beyond_quota == beyond


def test_asks_twice_whatever_the_number_of_readers() -> None:
    newsletter = newsletter_with(*[Standing.SUBSCRIBED] * 20)
    with CaptureQueriesContext(connection) as queries:
        forecast(newsletter)
    assert len(queries) == 2
