"""The dashboard, the list and the calendar in a browser: axe-core finds nothing, and nothing scrolls sideways."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from newsletter.models import DeliveryState, Issue, IssueStatus
from tests.browser import audit
from tests.factories import IssueFactory, NewsletterFactory
from tests.newsletter.people import make_person, signed_in
from tests.newsletter.reports.rows import add, make_campaign

PAGES = ("/admin/", "/admin/newsletter/issue/", "/admin/newsletter/issue/calendar/")


def fill() -> None:
    """Every block of the dashboard, every status in the list, and a gap in the calendar."""
    paper = NewsletterFactory.create(usual_time=datetime.time(8), usual_days="1234567")
    mei, today = make_person("Editors", "mei"), timezone.localdate()
    for status in (IssueStatus.DRAFT, IssueStatus.IN_REVIEW, IssueStatus.CHANGES_REQUESTED, IssueStatus.ARCHIVED):
        date = today - datetime.timedelta(days=40 + len(status))
        IssueFactory.create(newsletter=paper, status=status, last_editor=mei, date_start=date)
    Issue.objects.filter(status=IssueStatus.DRAFT).update(title="y" * 120, date_start=today)
    add(make_campaign(), 3, state=DeliveryState.PENDING)
    make_campaign("scheduled", reason="late " * 40)
    add(make_campaign("finished", finished_at=timezone.now()), 3)


@pytest.mark.chromium
@pytest.mark.django_db
def test_every_page_is_clean() -> None:
    empty, full = signed_in(make_person("Ops")), signed_in(make_person("superuser"))
    found = audit({"/admin/": empty.get("/admin/").text})
    fill()
    assert found + audit({address: full.get(address).text for address in PAGES}) == []
