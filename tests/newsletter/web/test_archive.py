"""The archive: what is public, in which order, and nothing else."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from newsletter.models import Issue, IssueStatus
from tests.factories import IssueFactory, NewsletterFactory
from tests.newsletter.web.documents import full_document

pytestmark = pytest.mark.django_db

HIDDEN = [status for status in IssueStatus if status not in {IssueStatus.SENDING, IssueStatus.SENT}]


def addresses(issue: Issue) -> list[str]:
    return ["/", f"/n/{issue.newsletter.slug}/", f"/n/{issue.newsletter.slug}/{issue.slug}/"]


def test_an_empty_site_says_so(client: Client) -> None:
    assert "Nothing is published yet" in client.get("/").text


def test_a_newsletter_without_public_issues_says_so(client: Client) -> None:
    newsletter = NewsletterFactory.create()
    for address in ("/", f"/n/{newsletter.slug}/"):
        assert "still to come" in client.get(address).text


@pytest.mark.parametrize("status", [IssueStatus.SENDING, IssueStatus.SENT])
def test_an_issue_is_public_once_it_is_being_sent(client: Client, status: IssueStatus) -> None:
    issue = IssueFactory.create(sent=True)
    Issue.objects.update(status=status)
    for address in addresses(issue):
        assert issue.title in client.get(address).text


@pytest.mark.parametrize("status", HIDDEN)
def test_no_other_issue_is(client: Client, status: IssueStatus) -> None:
    issue = IssueFactory.create(sent=True)
    Issue.objects.update(status=status)
    home, newsletter, page = map(client.get, addresses(issue))
    assert issue.title not in home.text
    assert issue.title not in newsletter.text
    assert page.status_code == 404
    assert "There is nothing here" in page.text


def test_unknown_newsletters_issues_and_pairs_of_them_are_not_found(client: Client) -> None:
    issue, other = IssueFactory.create(sent=True), NewsletterFactory.create()
    for address in ("/n/nothing/", f"/n/{issue.newsletter.slug}/nothing/", f"/n/{other.slug}/{issue.slug}/"):
        response = client.get(address)
        assert response.status_code == 404
        assert "There is nothing here" in response.text


def test_the_newest_issues_come_first_and_home_shows_five(client: Client) -> None:
    newsletter = NewsletterFactory.create()
    issues = IssueFactory.create_batch(7, newsletter=newsletter, sent=True)
    titles = [issue.title for issue in sorted(issues, key=lambda issue: issue.date_start, reverse=True)]
    home, page = client.get("/").text, client.get(f"/n/{newsletter.slug}/").text
    assert [title for title in titles if title in home] == titles[:5]
    assert sorted(titles, key=page.index) == titles


def test_a_long_archive_has_pages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.web.pages.PER_PAGE", 2)
    newsletter = NewsletterFactory.create()
    first, *_ = IssueFactory.create_batch(3, newsletter=newsletter, sent=True)
    assert first.title not in client.get(f"/n/{newsletter.slug}/").text
    assert first.title in client.get(f"/n/{newsletter.slug}/?page=2").text
    assert client.get(f"/n/{newsletter.slug}/?page=nonsense").status_code == 200


def test_an_issue_named_by_series_and_date_is_listed_by_its_first_story(client: Client) -> None:
    issue = IssueFactory.create(with_document=full_document(), sent=True)
    Issue.objects.update(series="The Digest")
    assert "S1 title with weight &amp; &lt;b&gt;" in client.get(f"/n/{issue.newsletter.slug}/").text


def test_lists_take_the_same_queries_however_long(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    newsletter, *others = NewsletterFactory.create_batch(3)
    for each in (newsletter, *others):
        IssueFactory.create_batch(3, newsletter=each, sent=True)
    with django_assert_num_queries(2):
        client.get("/")
    with django_assert_num_queries(3):
        client.get(f"/n/{newsletter.slug}/")


def test_previous_and_next_skip_what_is_not_public(client: Client) -> None:
    newsletter = NewsletterFactory.create()
    day = datetime.date(2025, 3, 1)
    days = [day, day + datetime.timedelta(1), day + datetime.timedelta(2), day + datetime.timedelta(2)]
    before, hidden, here, after = (
        IssueFactory.create(newsletter=newsletter, date_start=date, slug=f"issue-{n}", sent=n != 1)
        for n, date in enumerate(days)
    )
    IssueFactory.create(sent=True)
    links = client.get(f"/n/{newsletter.slug}/{here.slug}/").text
    assert f'<link rel="prev" href="/n/{newsletter.slug}/{before.slug}/">' in links
    assert f'<link rel="next" href="/n/{newsletter.slug}/{after.slug}/">' in links
    assert hidden.slug not in links
    assert 'rel="next"' not in client.get(f"/n/{newsletter.slug}/{after.slug}/").text


def test_pages_set_no_cookie_and_take_no_post(client: Client) -> None:
    issue = IssueFactory.create(sent=True)
    for address in addresses(issue):
        assert not client.get(address).cookies
        assert client.post(address).status_code == 405
