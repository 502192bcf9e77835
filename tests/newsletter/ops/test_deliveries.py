from __future__ import annotations

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsletter.models import BounceClass, Campaign, DeliveryEvent, DeliveryState
from newsletter.reports.readers import PAGE
from subscribers.addresses import normalise
from subscribers.models import Standing, Suppression
from tests.newsletter.ops.test_overview import page
from tests.newsletter.people import make_person, signed_in
from tests.newsletter.reports.rows import add, make_campaign, make_reader

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def ops() -> Client:
    return signed_in(make_person("Ops"))


def listed(html: str) -> list[int]:
    return [int(position) for position in re.findall(r"/deliveries/(\d+)/", html)]


def link(html: str, rel: str) -> str | None:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', html)
    return found[1].replace("&amp;", "&") if found else None


class TestList:
    def test_pages_forward_and_back_by_position(self, ops: Client) -> None:
        campaign = make_campaign()
        add(campaign, 2 * PAGE + 5)
        base = f"/ops/campaigns/{campaign.pk}/deliveries/"
        first = page(ops, base)
        assert (len(listed(first)), link(first, "prev")) == (PAGE, None)
        second = page(ops, base + (link(first, "next") or ""))
        third = page(ops, base + (link(second, "next") or ""))
        assert listed(first) + listed(second) + listed(third) == list(range(1, 2 * PAGE + 6))
        assert link(third, "next") is None
        back = page(ops, base + (link(third, "prev") or ""))
        assert listed(back) == listed(second)
        assert listed(page(ops, base + (link(back, "prev") or ""))) == listed(first)

    @pytest.mark.parametrize(
        ("of", "expected"),
        [("pending", [1]), ("accepted", [2, 3, 4]), ("delivered", [3]), ("bounced", [4]), ("awaiting", [2]), ("x", 5)],
    )
    def test_shows_one_state_or_outcome(self, of: str, expected: object, ops: Client) -> None:
        campaign = make_campaign()
        add(campaign, state=DeliveryState.PENDING)
        add(campaign)
        add(campaign, delivered_at=NOW)
        add(campaign, bounced_at=NOW, bounce_class=BounceClass.HARD)
        add(campaign, state=DeliveryState.REJECTED)
        found = listed(page(ops, f"/ops/campaigns/{campaign.pk}/deliveries/?of={of}"))
        assert found == expected or len(found) == expected

    @pytest.mark.parametrize(("code", "expected"), [("no_trace", [1]), ("", [2]), ("other", [])])
    def test_shows_one_code(self, code: str, expected: list[int], ops: Client) -> None:
        campaign = make_campaign()
        add(campaign, state=DeliveryState.REJECTED, code="no_trace")
        add(campaign, state=DeliveryState.REJECTED)
        assert listed(page(ops, f"/ops/campaigns/{campaign.pk}/deliveries/?of=rejected&code={code}")) == expected

    @pytest.mark.parametrize("query", ["after=-1", "after=x", "before=99999999999999", "of=%00"])
    def test_nonsense_shows_the_beginning(self, query: str, ops: Client) -> None:
        campaign = make_campaign()
        add(campaign, 3)
        assert listed(page(ops, f"/ops/campaigns/{campaign.pk}/deliveries/?{query}")) == [1, 2, 3]

    @pytest.mark.parametrize("query", ["", "?of=bounced", "?after=100", "?before=100", "?of=rejected&code=x"])
    def test_never_counts_and_never_reads_more_than_a_page(self, query: str, ops: Client) -> None:
        campaign = make_campaign()
        add(campaign, 3)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page(ops, f"/ops/campaigns/{campaign.pk}/deliveries/{query}")
        statements = [each["sql"] for each in captured if "newsletter_delivery" in each["sql"]]
        assert len(statements) == 1
        assert f"LIMIT {PAGE + 1}" in statements[0]
        assert "COUNT(" not in statements[0].upper()
        assert "OFFSET" not in statements[0].upper()


class TestLookUp:
    def find(self, ops: Client, campaign: Campaign, address: str) -> str:
        response = ops.get(f"/ops/campaigns/{campaign.pk}/find/", {"address": address}, follow=True)
        assert response.status_code == 200
        return re.sub(r"\s+", " ", response.content.decode())

    def test_finds_a_reader_however_the_address_is_written(self, ops: Client) -> None:
        campaign = make_campaign()
        reader = make_reader(campaign, "Wen.Li@example.com")
        add(campaign, 3, subscriber_id=reader.pk + 1000)
        add(campaign, subscriber_id=reader.pk, address="Wen.Li@example.com", delivered_at=NOW)
        html = self.find(ops, campaign, "  wen.li@EXAMPLE.com ")
        assert "accepted · delivered" in html
        assert "number 4" in html

    def test_finds_somebody_who_was_erased_since(self, ops: Client) -> None:
        campaign = make_campaign()
        add(campaign, 3)
        assert "number 2" in self.find(ops, campaign, "READER2@example.com")

    def test_finds_a_reader_who_has_another_address_by_now(self, ops: Client) -> None:
        campaign = make_campaign()
        reader = make_reader(campaign, "new@example.com")
        add(campaign, subscriber_id=reader.pk, address="old@example.com")
        assert "old@example.com" in self.find(ops, campaign, "new@example.com")

    @pytest.mark.parametrize(
        ("standing", "said"),
        [
            (Standing.UNSUBSCRIBED, "would not be mailed now: unsubscribed"),
            (Standing.PENDING, "would not be mailed now: unconfirmed"),
            (Standing.SUBSCRIBED, "was not eligible when the campaign was frozen"),
        ],
    )
    def test_says_why_somebody_has_no_delivery(self, standing: str, said: str, ops: Client) -> None:
        campaign = make_campaign()
        make_reader(campaign, "reader@example.com", standing)
        assert said in self.find(ops, campaign, "reader@example.com")

    def test_says_that_somebody_is_suppressed(self, ops: Client) -> None:
        campaign = make_campaign()
        make_reader(campaign, "reader@example.com")
        Suppression.objects.create(address_hash=normalise("reader@example.com").hash, reason="complaint")
        assert "would not be mailed now: suppressed" in self.find(ops, campaign, "reader@example.com")

    def test_says_that_somebody_is_on_another_list(self, ops: Client) -> None:
        make_reader(make_campaign(), "reader@example.com")
        assert "is not on the campaign" in self.find(ops, make_campaign(), "reader@example.com")

    def test_says_that_nobody_has_this_address(self, ops: Client) -> None:
        assert "no subscriber with this address" in self.find(ops, make_campaign(), "nobody@example.com")

    @pytest.mark.parametrize("text", ["", "not an address", "<script>alert(1)</script>"])
    def test_says_that_a_text_is_no_address(self, text: str, ops: Client) -> None:
        html = self.find(ops, make_campaign(), text)
        assert "can&#x27;t be mailed" in html
        assert "<script>alert" not in html


class TestDelivery:
    def test_tells_all_that_is_known(self, ops: Client) -> None:
        campaign = make_campaign()
        add(campaign, attempt=2, message_id="0100-abc", bounced_at=NOW, bounce_class=BounceClass.HARD)
        for number, attempt in enumerate((2, 1)):
            raw = json.dumps({"eventType": "Bounce", "diagnosticCode": f"550 用户不存在 <{attempt}>"})
            DeliveryEvent.objects.create(
                key=str(number), kind="Bounce", campaign_id=campaign.pk, position=1, attempt=attempt, at=NOW, raw=raw
            )
        html = page(ops, f"/ops/campaigns/{campaign.pk}/deliveries/1/")
        for known in ("accepted · bounced (hard)", "0100-abc", "550 用户不存在 &lt;2&gt;", "550 用户不存在 &lt;1&gt;"):
            assert known in html

    def test_an_event_that_is_no_json_is_shown_as_it_is(self, ops: Client) -> None:
        campaign = make_campaign()
        add(campaign)
        DeliveryEvent.objects.create(
            key="k", kind="Bounce", campaign_id=campaign.pk, position=1, at=NOW, raw="{no json"
        )
        assert "{no json" in page(ops, f"/ops/campaigns/{campaign.pk}/deliveries/1/")

    def test_says_what_a_code_means(self, ops: Client) -> None:
        campaign = make_campaign()
        add(campaign, state=DeliveryState.REJECTED, code="no_trace")
        assert "SES never told of it" in page(ops, f"/ops/campaigns/{campaign.pk}/deliveries/1/")

    def test_one_that_isnt_there_is_not_found(self, ops: Client) -> None:
        assert ops.get(f"/ops/campaigns/{make_campaign().pk}/deliveries/1/").status_code == 404
