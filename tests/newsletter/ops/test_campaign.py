from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from newsletter.models import BounceClass, Campaign, CampaignTransition, DeliveryState
from tests.newsletter.ops.test_overview import page, polling
from tests.newsletter.people import make_person, signed_in
from tests.newsletter.reports.rows import add, make_campaign

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def ops() -> Client:
    return signed_in(make_person("Ops"))


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def brakes_on(client: Client, campaign: Campaign) -> set[str]:
    html = page(client, f"/ops/campaigns/{campaign.pk}/")
    return set(re.findall(rf'action="/ops/campaigns/{campaign.pk}/do/(\w+)/"', html))


class TestPage:
    def test_shows_the_sums(self, ops: Client) -> None:
        campaign = make_campaign(exclusions={"unsubscribed": 4, "suppressed": 2})
        for count, state in enumerate(DeliveryState, start=1):
            add(campaign, count, state=state)
        add(campaign, 10, delivered_at=NOW)
        shown = text(page(ops, f"/ops/campaigns/{campaign.pk}/"))
        assert "37 candidates = 31 recipients + 6 exclusions" in shown
        sum_of_states = "1 pending + 2 submitting + 13 accepted + 4 rejected + 5 in doubt + 6 skipped"
        assert f"31 recipients = {sum_of_states}" in shown
        assert "13 accepted = 3 no word yet + 10 delivered + 0 bounced" in shown

    def test_shows_reasons_and_the_domains_that_bounce(self, ops: Client) -> None:
        campaign = make_campaign(exclusions={"paused": 4})
        add(campaign, 2, state=DeliveryState.REJECTED, code="MESSAGE_REJECTED")
        add(campaign, 3, state=DeliveryState.SKIPPED, code="erased")
        add(campaign, 5, address="x@mail.example", bounced_at=NOW, bounce_class=BounceClass.HARD)
        shown = text(page(ops, f"/ops/campaigns/{campaign.pk}/"))
        expected = ("paused by the reader 4", "MESSAGE_REJECTED 2", "erased 3", "hard the address takes no mail 5")
        for reason in (*expected, "mail.example 5"):
            assert reason in shown

    def test_tells_that_one_provider_reports_no_complaints(self, ops: Client) -> None:
        assert "Gmail reports no complaints" in page(ops, f"/ops/campaigns/{make_campaign().pk}/")

    def test_tells_what_a_canary_waits_for(self, ops: Client) -> None:
        campaign = make_campaign(canary=1500, canary_minutes=20)
        path = f"/ops/campaigns/{campaign.pk}/"
        assert "Canary: 1,500 are sent first, then 20 minutes are waited." in text(page(ops, path))
        before = polling(page(ops, path))
        Campaign.objects.update(canary_until=datetime.datetime(2026, 3, 1, 12, 30, tzinfo=datetime.UTC))
        for where in (path, "/ops/"):
            assert "Canary: 1,500 are sent; waiting until 2026-03-01" in text(page(ops, where))
        assert polling(page(ops, path)) != before  # so that an open page is asked for anew
        Campaign.objects.update(canary_over_at=NOW)
        assert "Canary" not in page(ops, path)

    def test_shows_who_did_what_and_why(self, ops: Client) -> None:
        campaign = make_campaign()
        user = make_person("Ops", "wen")
        CampaignTransition.objects.create(
            campaign=campaign, from_status="sending", to_status="paused", user=user, note="wrong cover"
        )
        assert "sending → paused wen wrong cover" in text(page(ops, f"/ops/campaigns/{campaign.pk}/"))

    def test_before_the_freeze_there_are_no_sums(self, ops: Client) -> None:
        shown = page(ops, f"/ops/campaigns/{make_campaign('scheduled').pk}/")
        assert "candidates" not in shown
        assert "frozen when sending starts" in shown

    def test_one_that_isnt_there_is_not_found(self, ops: Client) -> None:
        assert ops.get("/ops/campaigns/4711/").status_code == 404

    def test_its_size_and_history_cost_no_queries(self, ops: Client, django_assert_max_num_queries: Any) -> None:
        campaign = make_campaign()
        add(campaign, 20, state=DeliveryState.REJECTED, code="x")
        add(campaign, 20, bounced_at=NOW, bounce_class=1)
        for _ in range(20):
            CampaignTransition.objects.create(campaign=campaign, to_status="paused", user=make_person("Ops"))
        with django_assert_max_num_queries(12):
            page(ops, f"/ops/campaigns/{campaign.pk}/")

    def test_what_a_digest_or_a_reason_says_is_text(self, ops: Client) -> None:
        campaign = make_campaign("paused", reason="<script>alert(1)</script>")
        assert "<script>alert" not in page(ops, f"/ops/campaigns/{campaign.pk}/")

    def test_is_shown_in_the_readers_language(self, ops: Client) -> None:
        response = ops.get("/ops/", headers={"Accept-Language": "zh-hans"})
        assert '<html lang="zh-hans">' in response.content.decode()

    def test_holds_no_inline_style_or_script(self, ops: Client) -> None:
        campaign = make_campaign()
        add(campaign, 3)
        html = page(ops, f"/ops/campaigns/{campaign.pk}/")
        assert not re.search(r"\sstyle=|<style|<script(?! src=)|\son\w+=", html)


class TestLive:
    def test_moves_until_it_is_finished_then_asks_for_the_page_once_more(self, ops: Client) -> None:
        campaign = make_campaign()
        add(campaign, 5, state=DeliveryState.PENDING)
        path = polling(page(ops, f"/ops/campaigns/{campaign.pk}/")) or ""
        add(campaign, 5)
        assert "<b>50%</b>" in page(ops, path)
        Campaign.objects.update(status="finished")
        assert ops.get(path)["HX-Refresh"] == "true"
        assert polling(page(ops, f"/ops/campaigns/{campaign.pk}/")) is None


class TestBrakes:
    @pytest.mark.parametrize(
        ("status", "reason", "expected"),
        [
            ("scheduled", "", {"cancel"}),
            ("scheduled", "late", {"resume", "cancel"}),
            ("preparing", "", {"cancel"}),
            ("sending", "", {"pause", "cancel"}),
            ("paused", "by hand", {"resume", "cancel"}),
            ("finished", "", set()),
            ("cancelled", "", set()),
        ],
    )
    def test_only_what_would_do_something_is_offered(
        self, status: str, reason: str, expected: set[str], ops: Client
    ) -> None:
        assert brakes_on(ops, make_campaign(status, reason=reason)) == expected

    def test_what_goes_on_by_itself_can_be_paused_for_good(self, ops: Client) -> None:
        campaign = make_campaign("paused", reason="the daily quota is used up", cause="quota")
        assert brakes_on(ops, campaign) == {"pause", "resume", "cancel"}
        ops.post(f"/ops/campaigns/{campaign.pk}/do/pause/")
        campaign.refresh_from_db()
        assert (campaign.status, campaign.cause) == ("paused", "")

    @pytest.mark.parametrize("status", ["sending", "paused"])
    def test_a_canary_can_be_released(self, ops: Client, status: str) -> None:
        campaign = make_campaign(status, canary=50)
        assert "release" in brakes_on(ops, campaign)
        ops.post(f"/ops/campaigns/{campaign.pk}/do/release/")
        assert "release" not in brakes_on(ops, campaign)
        campaign.refresh_from_db()
        assert not campaign.awaits_canary

    @pytest.mark.parametrize(
        ("role", "expected"),
        [("Ops", {"pause", "cancel"}), ("Editors", {"cancel"}), ("superuser", {"pause", "cancel"})],
    )
    def test_only_what_the_person_may_do_is_offered(self, role: str, expected: set[str]) -> None:
        assert brakes_on(signed_in(make_person(role)), make_campaign()) == expected

    def test_pause_resume_and_cancel_do_what_they_say(self, ops: Client) -> None:
        campaign = make_campaign()
        add(campaign, 2)
        add(campaign, 3, state=DeliveryState.PENDING, attempt=0)
        for name, status in (("pause", "paused"), ("resume", "sending"), ("cancel", "cancelled")):
            response = ops.post(f"/ops/campaigns/{campaign.pk}/do/{name}/", {"note": "wrong link"}, follow=True)
            assert response.status_code == 200
            campaign.refresh_from_db()
            assert campaign.status == status
        assert "3 skipped" in text(page(ops, f"/ops/campaigns/{campaign.pk}/"))
        assert campaign.transitions.filter(note="wrong link", user__isnull=False).count() == 3

    @pytest.mark.parametrize(("name", "status"), [("pause", "paused"), ("resume", "sending"), ("cancel", "finished")])
    def test_one_that_would_do_nothing_says_so_and_does_nothing(self, name: str, status: str, ops: Client) -> None:
        campaign = make_campaign(status)
        response = ops.post(f"/ops/campaigns/{campaign.pk}/do/{name}/", follow=True)
        assert f"{campaign.slug} is {status}" in response.content.decode()
        campaign.refresh_from_db()
        assert campaign.status == status

    def test_posting_what_isnt_offered_to_ones_role_is_403(self) -> None:
        campaign = make_campaign()
        response = signed_in(make_person("Editors")).post(f"/ops/campaigns/{campaign.pk}/do/pause/")
        assert response.status_code == 403
        assert "newsletter.pause_campaign" in response.content.decode()
        campaign.refresh_from_db()
        assert campaign.status == "sending"

    @pytest.mark.parametrize("role", ["Writers", None])
    def test_who_may_not_see_may_not_brake(self, role: str | None) -> None:
        campaign = make_campaign()
        assert signed_in(make_person(role)).post(f"/ops/campaigns/{campaign.pk}/do/cancel/").status_code == 302
        campaign.refresh_from_db()
        assert campaign.status == "sending"

    def test_a_link_pulls_no_brake(self, ops: Client) -> None:
        assert ops.get(f"/ops/campaigns/{make_campaign().pk}/do/pause/").status_code == 405

    def test_another_site_pulls_no_brake(self) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(make_person("Ops"))
        assert client.post(f"/ops/campaigns/{make_campaign().pk}/do/pause/").status_code == 403

    def test_there_is_no_other_brake(self, ops: Client) -> None:
        assert ops.post(f"/ops/campaigns/{make_campaign().pk}/do/explode/").status_code == 404
