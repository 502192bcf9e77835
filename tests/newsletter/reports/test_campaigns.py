from __future__ import annotations

import datetime
import itertools
from typing import Any

import pytest
from django.utils import timezone

from newsletter.models import BounceClass, DeliveryState, SendRate
from newsletter.reports.campaigns import campaign_report, campaign_reports
from subscribers.models import Standing
from tests.newsletter.reports.rows import add, make_campaign, make_reader

pytestmark = pytest.mark.django_db
S = DeliveryState
NOW = timezone.now()
KEYS = (
    "campaign,status,candidates,recipients,exclusions,pending,submitting,accepted,rejected,in_doubt,skipped,awaiting,"
    "delivered,bounced,complained,unsubscribed,opened,clicked,rate,eta_seconds"
)


def test_its_names_are_those_of_the_contract() -> None:
    assert ",".join(campaign_report(make_campaign()).public()) == KEYS


def test_every_recipient_is_in_exactly_one_state_and_every_accepted_one_has_one_outcome() -> None:
    campaign = make_campaign(exclusions={"unsubscribed": 3, "suppressed": 1})
    times = (None, NOW)
    for count, state in enumerate(S, start=1):
        for delivered, bounced, bounce_class in itertools.product(times, times, (None, *BounceClass)):
            add(campaign, count, state=state, delivered_at=delivered, bounced_at=bounced, bounce_class=bounce_class)
    report = campaign_report(campaign)
    states = (report.pending, report.submitting, report.accepted, report.rejected, report.in_doubt, report.skipped)
    assert states == tuple(count * 20 for count in range(1, 7))
    assert sum(states) == report.recipients
    assert report.accepted == report.awaiting + report.delivered + report.bounced
    assert report.candidates == (report.recipients or 0) + sum(report.exclusions.values())


def test_complaints_opens_and_clicks_stand_beside_the_outcome() -> None:
    campaign = make_campaign()
    add(campaign, 3, delivered_at=NOW, complained_at=NOW, opened_at=NOW)
    add(campaign, 2, delivered_at=NOW, opened_at=NOW, clicked_at=NOW)
    report = campaign_report(campaign)
    assert (report.delivered, report.complained, report.opened, report.clicked) == (5, 3, 5, 2)


def test_another_campaign_counts_nothing_here() -> None:
    campaign, other = make_campaign(), make_campaign()
    add(other, 7)
    assert campaign_report(campaign).accepted == 0
    assert [report.accepted for report in campaign_reports([other, campaign])] == [7, 0]


class TestUnsubscribed:
    def left(self, **fields: Any) -> int:
        campaign = make_campaign()
        changed_at = fields.pop("changed_at", campaign.started_at)
        status = fields.pop("status", Standing.UNSUBSCRIBED)
        reader = make_reader(fields.pop("of", campaign), "reader@example.com", status, changed_at=changed_at)
        add(campaign, subscriber_id=reader.pk, **fields)
        return campaign_report(campaign).unsubscribed

    def test_counts_a_recipient_who_left_the_list_after_the_start(self) -> None:
        assert self.left() == 1

    def test_not_one_who_had_left_before(self) -> None:
        assert self.left(changed_at=NOW - datetime.timedelta(days=1)) == 0

    def test_not_one_who_left_in_time_to_be_skipped(self) -> None:
        assert self.left(state=S.SKIPPED) == 0

    def test_not_one_who_paused(self) -> None:
        assert self.left(status=Standing.PAUSED) == 0

    def test_not_one_who_left_another_list(self) -> None:
        assert self.left(of=make_campaign()) == 0

    def test_nobody_before_the_start(self) -> None:
        campaign = make_campaign("scheduled")
        make_reader(campaign, "reader@example.com", Standing.UNSUBSCRIBED)
        assert campaign_report(campaign).unsubscribed == 0


class TestRate:
    def test_is_what_was_accepted_a_second_over_the_last_ten(self) -> None:
        campaign = make_campaign()
        add(campaign, 50, settled_at=timezone.now())
        add(campaign, 30, settled_at=NOW - datetime.timedelta(minutes=1))
        add(campaign, 20, state=S.REJECTED, settled_at=timezone.now())
        add(campaign, 100, state=S.PENDING)
        report = campaign_report(campaign)
        assert (report.rate, report.eta_seconds) == (5.0, 20)

    def test_the_allowed_rate_tells_the_time_left_until_one_is_measured(self) -> None:
        SendRate.objects.create(pk=1, max_send_rate=20, slowdown=0.5)
        campaign = make_campaign()
        add(campaign, 90, state=S.PENDING)
        report = campaign_report(campaign)
        assert (report.rate, report.eta_seconds) == (0.0, 10)

    @pytest.mark.parametrize("status", ["scheduled", "paused", "finished", "cancelled"])
    def test_is_unknown_where_nothing_is_being_sent(self, status: str) -> None:
        campaign = make_campaign(status)
        add(campaign, 5, settled_at=timezone.now())
        report = campaign_report(campaign)
        assert (report.rate, report.eta_seconds) == (None, None)


def test_before_the_freeze_nobody_knows_how_many_there_are() -> None:
    report = campaign_report(make_campaign("scheduled"))
    assert (report.candidates, report.recipients, report.pending) == (None, None, 0)


def test_no_campaign_needs_no_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert campaign_reports([]) == []


@pytest.mark.parametrize("count", [1, 4])
def test_any_number_of_campaigns_takes_two_queries(count: int, django_assert_num_queries: Any) -> None:
    campaigns = [make_campaign() for _ in range(count)]
    for campaign in campaigns:
        add(campaign, 3)
    with django_assert_num_queries(2):
        assert [report.accepted for report in campaign_reports(campaigns)] == [3] * count
