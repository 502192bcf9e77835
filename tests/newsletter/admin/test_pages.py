"""Every page of the admin opens, and opens only what a role may see."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from newsletter.models import DeliveryEvent, IssueTransition
from subscribers import subscriptions
from subscribers.addresses import normalise
from subscribers.consent import Evidence
from subscribers.models import MailingList, Subscription, Suppression
from tests.factories import IssueFactory, SubscriptionFactory
from tests.newsletter.admin.issues import make_issue
from tests.newsletter.people import make_person, signed_in
from tests.newsletter.reports.rows import make_campaign

pytestmark = pytest.mark.django_db
MODELS = [
    *("newsletter.newsletter", "newsletter.issue", "newsletter.section", "newsletter.story", "newsletter.rendition"),
    *("newsletter.issuetransition", "newsletter.campaign", "newsletter.deliveryevent"),
    *("subscribers.mailinglist", "subscribers.subscriber", "subscribers.subscription"),
    *("subscribers.consentrecord", "subscribers.suppression"),
]
DESK = {"newsletter", "issue", "section", "story", "rendition", "issuetransition"}
PEOPLE = {"mailinglist", "subscriber", "subscription", "consentrecord", "suppression"}
SEES = {
    "Writers": DESK,
    "Editors": DESK | {"campaign"},
    "Ops": PEOPLE | {"newsletter", "issue", "campaign", "deliveryevent"},
    None: set(),
}
ADDS = {"Writers": {"issue"}, "Editors": {"issue"}, "Ops": {"suppression"}, None: set()}
SUPERUSER_ADDS = {"newsletter", "issue", "mailinglist", "suppression"}


@pytest.fixture
def rows() -> None:
    """One row of everything."""
    campaign = make_campaign()
    make_issue()
    IssueTransition.objects.create(issue=campaign.issue, action="submit", to_status="in_review")
    now = timezone.now()
    DeliveryEvent.objects.create(key="k", kind="Bounce", at=now, raw="{}", campaign_id=campaign.pk, position=1)
    reader = subscriptions.enrol(normalise("reader@example.com"))
    subscriptions.request(reader, MailingList.objects.all()[0], Evidence(source="test"))
    Suppression.objects.create(address_hash=normalise("x@example.com").hash, email="x@example.com", reason="manual")


def listing(label: str) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_changelist")


def a_row(label: str) -> str:
    row = apps.get_model(label)._default_manager.order_by("pk").first()
    assert row
    return reverse(f"admin:{label.replace('.', '_')}_change", args=[row.pk])


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("label", MODELS)
class TestEveryModel:
    def test_opens_for_a_superuser(self, label: str) -> None:
        client = signed_in(make_person("superuser"))
        assert client.get(listing(label)).status_code == 200
        assert client.get(listing(label) + "?q=a").status_code == 200
        assert client.get(a_row(label)).status_code == 200

    @pytest.mark.parametrize("role", SEES)
    def test_opens_for_the_roles_that_may_see_it(self, role: str | None, label: str) -> None:
        client, allowed = signed_in(make_person(role)), label.split(".")[1] in SEES[role]
        assert client.get(listing(label)).status_code == (200 if allowed else 403)
        assert client.get(a_row(label)).status_code == (200 if allowed else 403)

    @pytest.mark.parametrize("role", [*ADDS, "superuser"])
    def test_is_added_to_by_few(self, role: str | None, label: str) -> None:
        name = label.split(".")[1]
        allowed = name in (SUPERUSER_ADDS if role == "superuser" else ADDS[role])
        response = signed_in(make_person(role)).get(reverse(f"admin:{label.replace('.', '_')}_add"))
        assert response.status_code == (200 if allowed else 403)

    def test_is_never_deleted_here_but_for_a_suppression(self, label: str) -> None:
        response = signed_in(make_person("superuser")).post(a_row(label).replace("change", "delete"), {"post": "yes"})
        deletable = label in {"subscribers.suppression", "subscribers.mailinglist"}
        assert response.status_code != 403 if deletable else response.status_code == 403


READ_ONLY = [
    *("newsletter.rendition", "newsletter.issuetransition", "newsletter.campaign", "newsletter.deliveryevent"),
    *("subscribers.subscription", "subscribers.consentrecord", "subscribers.suppression"),
]


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("label", READ_ONLY)
def test_what_others_write_is_changed_by_nobody(label: str) -> None:
    client = signed_in(make_person("superuser"))
    assert client.post(a_row(label), {"status": "subscribed"}).status_code == 403


def test_these_are_all_that_is_registered() -> None:
    ours = {model._meta.label_lower for model in admin.site._registry if model._meta.app_label != "auth"}
    assert ours == set(MODELS)


@pytest.mark.parametrize("label", ["newsletter.issue", "newsletter.campaign", "subscribers.subscription"])
def test_lists_ask_no_query_for_each_row(label: str, django_assert_max_num_queries: Any) -> None:
    for _ in range(12):
        make_campaign(issue=IssueFactory.create())
        SubscriptionFactory.create()
    client = signed_in(make_person("superuser"))
    with django_assert_max_num_queries(11):
        assert client.get(listing(label)).content.count(b"action-select") != 1


def test_readers_tokens_are_not_shown(client: Client) -> None:
    SubscriptionFactory.create()
    token = Subscription.objects.get().token
    client = signed_in(make_person("superuser"))
    for address in (a_row("subscribers.subscription"), a_row("subscribers.subscriber")):
        assert token not in client.get(address).content.decode()


class TestHeader:
    def test_names_the_product(self) -> None:
        assert "Sudi 速递" in signed_in(make_person("Writers")).get("/admin/").content.decode()

    @pytest.mark.parametrize(("role", "linked"), [("Ops", True), ("Editors", True), ("Writers", False)])
    def test_links_to_operations_for_who_may_see_them(self, role: str, linked: bool) -> None:
        html = signed_in(make_person(role)).get("/admin/").content.decode()
        assert ('href="/ops/"' in html) is linked
