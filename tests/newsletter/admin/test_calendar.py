from __future__ import annotations

import datetime
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.factories import IssueFactory, NewsletterFactory
from tests.newsletter.people import make_person, signed_in
from tests.newsletter.reports.rows import make_campaign

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:newsletter_issue_calendar")


@pytest.fixture
def writer() -> Client:
    return signed_in(make_person("Writers"))


def page(client: Client, month: str = "2026-11") -> str:
    response = client.get(PAGE, {"month": month})
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def test_is_a_table_of_days_with_a_caption(writer: Client) -> None:
    html = page(writer)
    assert "<strong>November 2026</strong>" in html
    headers = re.findall(r'<th scope="col">(\w+)</th>', html)
    assert headers == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    assert re.findall(r'<h2><time datetime="([\d-]+)">', html) == [f"2026-11-{day:02}" for day in range(1, 31)]


def test_an_issue_says_where_it_stands_when_it_is_sent_and_leads_to_its_review(writer: Client) -> None:
    issue = IssueFactory.create(title="Tuesday", newsletter__name="Express")
    make_campaign("scheduled", issue=issue, send_at=datetime.datetime(2026, 11, 10, 0, 5, tzinfo=datetime.UTC))
    html = page(writer)
    shown = '<span class="standing scheduled">scheduled</span> <time>08:05</time> <span class="paper">Express</span>'
    assert f'{shown} <a href="/admin/newsletter/issue/{issue.pk}/review/">Tuesday</a>' in html


@time_machine.travel("2026-11-18T06:00+08:00", tick=False)
def test_what_is_expected_and_not_there_is_a_gap() -> None:
    newsletter = NewsletterFactory.create(name="Express", usual_time=datetime.time(8), usual_days="3")
    IssueFactory.create(newsletter=newsletter, date_start=datetime.date(2026, 11, 4))
    html = page(signed_in(make_person("Ops")))
    rest = '<time>08:00</time> <span class="paper">Express</span>'
    assert html.count(f'<span class="standing missing">missing</span> {rest}') == 1
    assert html.count(f'<span class="standing due">expected</span> {rest}') == 2
    assert html.count('aria-current="date"') == 1


def test_leads_to_its_neighbours_and_to_today(writer: Client) -> None:
    html = page(writer, "2026-12")
    assert 'rel="prev" href="?month=2026-11"' in html
    assert 'rel="next" href="?month=2027-01"' in html
    with time_machine.travel("2027-03-18T06:00+08:00"):
        client = signed_in(make_person("Ops"))
        assert 'href="?month=2027-03"' in page(client, "2026-12")
        assert "<strong>March 2027</strong>" in client.get(PAGE).content.decode()


@pytest.mark.parametrize(("month", "missing"), [("2000-01", "prev"), ("2199-12", "next")])
def test_ends_somewhere(month: str, missing: str, writer: Client) -> None:
    assert f'rel="{missing}"' not in page(writer, month)


@pytest.mark.parametrize(
    "month", ["2026-13", "2026-00", "1999-12", "2200-01", "november", "2026-1", "２０２６-11", "2026-11\n"]
)
def test_what_is_no_month_is_not_found(month: str, writer: Client) -> None:
    assert writer.get(PAGE, {"month": month}).status_code == 404


def test_is_for_who_may_look_at_issues(client: Client) -> None:
    assert signed_in(make_person(None)).get(PAGE).status_code == 403
    assert client.get(PAGE).status_code == 302
    assert signed_in(make_person("Writers")).post(PAGE).status_code == 405
