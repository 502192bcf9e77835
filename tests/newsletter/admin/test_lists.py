"""The lists of the admin: as many queries for many rows as for few."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from newsletter.models import DeliveryEvent, IssueTransition
from subscribers import subscriptions, suppression
from subscribers.addresses import normalise
from subscribers.consent import Evidence
from subscribers.models import SuppressionReason
from tests.factories import MailingListFactory
from tests.newsletter.admin.issues import make_issue
from tests.newsletter.people import make_person, signed_in
from tests.newsletter.reports.rows import make_campaign

pytestmark = pytest.mark.django_db


def add_one_of_each(number: int) -> None:
    issue, person = make_issue(), make_person("Editors")
    campaign = make_campaign("finished", issue=issue)
    IssueTransition.objects.create(issue=issue, action="submit", to_status="in_review", user=person)
    at = {"at": timezone.now(), "campaign_id": campaign.pk, "position": 1}
    DeliveryEvent.objects.create(key=str(number), kind="Bounce", raw="{}", **at)
    reader = subscriptions.enrol(normalise(f"reader{number}@example.com"))
    subscriptions.request(reader, MailingListFactory.create(), Evidence(source="test"))
    suppression.suppress([normalise(f"no{number}@example.com")], SuppressionReason.MANUAL)


def queries_of_lists(role: str) -> dict[str, int]:
    client, asked = signed_in(make_person(role)), {}
    for model in admin.site._registry:
        label = model._meta.label_lower
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"admin:{label.replace('.', '_')}_changelist")).status_code == 200
        asked[label] = len(queries)
    return asked


def test_many_rows_cost_no_more_queries_than_few() -> None:
    for number in range(3):
        add_one_of_each(number)
    of_few = queries_of_lists("superuser")
    for number in range(3, 15):
        add_one_of_each(number)
    assert queries_of_lists("superuser") == of_few
