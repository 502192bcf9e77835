from __future__ import annotations

import dataclasses
import datetime
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from config.env import Environment
from newsletter.models import AccountListSync, DeliveryEvent, DeliveryState, Installation, SendRate
from tests.newsletter.people import make_person, signed_in
from tests.newsletter.reports.rows import add, make_campaign

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def ops() -> Client:
    return signed_in(make_person("Ops"))


def page(client: Client, path: str = "/ops/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def polling(html: str) -> str | None:
    found = re.search(r'hx-get="([^"]+)" hx-trigger="every (\d+)s"', html)
    return found[1] if found else None


def with_settings(**fields: Any) -> Environment:
    return dataclasses.replace(settings.SUDI, **fields)


class TestSendingHere:
    def test_says_that_it_is_allowed(self, ops: Client, settings: Any) -> None:
        settings.SUDI = with_settings(ses_endpoint="http://127.0.0.1:8026")
        assert "allowed here" in page(ops)

    def test_says_why_not_and_what_to_do(self, ops: Client, settings: Any) -> None:
        settings.SUDI = with_settings(ses_endpoint="http://127.0.0.1:8026")
        Installation.objects.update(instance="elsewhere")
        assert "This database belongs to elsewhere" in page(ops)
        assert "manage.py adopt" in page(ops)

    def test_shows_the_rate_in_use_and_the_quota(self, ops: Client) -> None:
        values = {"max_send_rate": 200, "slowdown": 0.5, "max_24_hour_send": 50_000, "sent_last_24_hours": 1234}
        SendRate.objects.update(**values)
        html = page(ops)
        for shown in ("90 a second", "SES allows 200", "slowed to 50%", "1,234", "of 50,000 a day"):
            assert shown in html

    def test_says_that_the_quota_is_unknown_and_why(self, ops: Client) -> None:
        SendRate.objects.update(problem="AccessDenied: GetAccount")
        assert "quota is not known" in page(ops)
        assert "AccessDenied: GetAccount" in page(ops)

    def test_an_unlimited_account_has_no_daily_quota(self, ops: Client) -> None:
        SendRate.objects.update(max_24_hour_send=-1)
        assert "no daily quota" in page(ops)

    def test_counts_events_that_wait_and_that_match_nothing(self, ops: Client) -> None:
        for number, (applied, unmatched) in enumerate([(None, False), (None, False), (NOW, True)]):
            DeliveryEvent.objects.create(
                key=str(number), kind="Bounce", at=NOW, raw="{}", applied_at=applied, unmatched=unmatched
            )
        assert "2 waiting" in page(ops)
        assert "1 match no delivery" in page(ops)
        assert "tried again" not in page(ops)
        DeliveryEvent.objects.filter(unmatched=True).update(retry_at=NOW)
        assert "1 of them tried again" in page(ops)

    def test_says_when_the_account_list_was_synced_and_what_hindered_it(self, ops: Client) -> None:
        assert "never synced" in page(ops)
        two_hours = datetime.timedelta(hours=2)
        AccountListSync.objects.create(
            synced_at=NOW - two_hours, due_at=NOW + two_hours, problem="AccessDeniedException: no"
        )
        html = page(ops)
        assert re.search(r"2[ \xa0]hours ago", html)
        assert f"again at {timezone.localtime(NOW + two_hours):%Y-%m-%d %H:%M}" in html
        assert "AccessDeniedException: no" in html
        AccountListSync.objects.update(lease_until=NOW)
        assert "being synced" in page(ops)


class TestCampaigns:
    def test_one_being_sent_shows_all_its_recipients_by_state(self, ops: Client) -> None:
        campaign = make_campaign()
        add(campaign, 1500, delivered_at=NOW)
        add(campaign, 20, state=DeliveryState.IN_DOUBT)
        html = page(ops)
        assert "Of 1,520 recipients: 1,500 delivered, 20 in doubt." in html
        assert "delivered <b>1,500</b>" in html

    def test_a_paused_one_says_why(self, ops: Client) -> None:
        make_campaign("paused", reason="Hard bounces reached 6 %")
        assert "Hard bounces reached 6 %" in page(ops)

    def test_a_scheduled_one_says_when_and_a_held_one_why(self, ops: Client) -> None:
        make_campaign("scheduled", send_at=NOW + datetime.timedelta(hours=5))
        make_campaign("scheduled", reason="83 minutes late")
        html = page(ops)
        assert re.search(r"[45] hours from now|[45]\xa0hours from now", html)
        assert "held" in html
        assert "83 minutes late" in html

    def test_finished_ones_show_what_became_of_them(self, ops: Client) -> None:
        campaign = make_campaign("finished", finished_at=NOW)
        add(campaign, 97, delivered_at=NOW)
        add(campaign, 3, bounced_at=NOW, bounce_class=1)
        assert '<td class="n">3 <small>3.0%</small></td>' in page(ops)

    @pytest.mark.parametrize("count", [1, 5])
    def test_their_number_costs_no_queries(self, count: int, ops: Client, django_assert_num_queries: Any) -> None:
        for status in ("sending", "paused", "scheduled", "finished"):
            for _ in range(count):
                add(make_campaign(status), 2)
        with django_assert_num_queries(14):
            page(ops)


class TestLive:
    @pytest.mark.parametrize("status", ["preparing", "sending", "paused"])
    def test_asks_every_second_while_one_is_unfinished(self, status: str, ops: Client) -> None:
        make_campaign(status)
        assert 'hx-trigger="every 1s"' in page(ops)

    @pytest.mark.parametrize("status", ["finished", "cancelled"])
    def test_doesnt_ask_when_all_are_finished(self, status: str, ops: Client) -> None:
        make_campaign(status)
        assert polling(page(ops)) is None

    def test_the_numbers_move(self, ops: Client) -> None:
        campaign = make_campaign()
        add(campaign, 5)
        path = polling(page(ops))
        assert path
        add(campaign, 7)
        moved = page(ops, path)
        assert "Of 12 recipients" in moved
        assert "<html" not in moved
        assert polling(moved) == path

    @pytest.mark.parametrize("status", ["finished", "paused", "cancelled"])
    def test_the_page_is_asked_for_anew_when_a_status_changes(self, status: str, ops: Client) -> None:
        campaign = make_campaign()
        path = polling(page(ops)) or ""
        campaign.status = status
        campaign.save()
        assert ops.get(path)["HX-Refresh"] == "true"
