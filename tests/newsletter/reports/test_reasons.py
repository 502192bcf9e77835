from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from newsletter.models import BounceClass, DeliveryState
from newsletter.reports.reasons import Counted, bounces, bouncing_domains, rejections, skips
from tests.newsletter.reports.rows import add, make_campaign

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def test_rejections_and_skips_are_counted_by_code_most_first() -> None:
    campaign = make_campaign()
    add(campaign, 1, state=DeliveryState.REJECTED, code="no_trace")
    add(campaign, 2, state=DeliveryState.REJECTED, code="MESSAGE_REJECTED")
    add(campaign, 1, state=DeliveryState.REJECTED, code=None)
    add(campaign, 3, state=DeliveryState.SKIPPED, code="unsubscribed")
    add(make_campaign(), 9, state=DeliveryState.REJECTED, code="no_trace")
    assert rejections(campaign) == [Counted("MESSAGE_REJECTED", 2), Counted("", 1), Counted("no_trace", 1)]
    assert skips(campaign) == [Counted("unsubscribed", 3)]


def test_bounces_are_counted_by_class_and_a_delivered_soft_one_is_none() -> None:
    campaign = make_campaign()
    add(campaign, 2, bounced_at=NOW, bounce_class=BounceClass.HARD)
    add(campaign, 1, bounced_at=NOW, bounce_class=None)
    add(campaign, 4, bounced_at=NOW, delivered_at=NOW, bounce_class=BounceClass.SOFT)
    assert bounces(campaign) == [Counted("hard", 2), Counted("", 1)]


def test_the_domains_that_bounce_most_come_first_and_only_so_many(django_assert_num_queries: Any) -> None:
    campaign = make_campaign()
    for count, domain in enumerate(("a.example", "b.example", "c.example"), start=1):
        add(campaign, count, address=f"someone@{domain}", bounced_at=NOW, bounce_class=BounceClass.HARD)
    add(campaign, 9, address="fine@d.example", delivered_at=NOW)
    with django_assert_num_queries(1):
        assert bouncing_domains(campaign, limit=2) == [Counted("c.example", 3), Counted("b.example", 2)]
