from __future__ import annotations

import pytest
from django.urls import reverse

from subscribers.models import MailingList, Subscriber
from tests.factories import MailingListFactory, SubscriptionFactory
from tests.newsletter.people import make_person, signed_in

pytestmark = pytest.mark.django_db


def test_a_subscribers_address_and_standing_stay() -> None:
    subscription = SubscriptionFactory.create()
    subscriber = subscription.subscriber
    address = reverse("admin:subscribers_subscriber_change", args=[subscriber.pk])
    formset = {f"subscriptions-{kind}_FORMS": "1" for kind in ("TOTAL", "INITIAL")}
    changes = {"email": "other@example.com", "name": "Wen", "subscriptions-0-status": "unsubscribed"}
    signed_in(make_person("superuser")).post(address, {**formset, **changes})
    stored, before = Subscriber.objects.get(), subscription.status
    subscription.refresh_from_db()
    assert (stored.name, stored.email, subscription.status) == ("Wen", subscriber.email, before)


def test_a_list_keeps_its_slug_since_approvals_are_bound_to_it() -> None:
    mailing_list = MailingListFactory.create()
    address = reverse("admin:subscribers_mailinglist_change", args=[mailing_list.pk])
    signed_in(make_person("superuser")).post(address, {"name": "Renamed", "slug": "other", "description": ""})
    stored = MailingList.objects.get(pk=mailing_list.pk)
    assert (stored.name, stored.slug) == ("Renamed", mailing_list.slug)


def test_people_are_found_by_the_beginning_of_their_address() -> None:
    SubscriptionFactory.create(subscriber__email="Wen.Li@example.com")
    SubscriptionFactory.create(subscriber__email="lin@example.com")
    client = signed_in(make_person("Ops"))
    for name in ("subscriber", "subscription"):
        html = client.get(reverse(f"admin:subscribers_{name}_changelist"), {"q": "wen.l"}).content.decode()
        assert "Wen.Li@example.com" in html
        assert "lin@example.com" not in html
