"""What the public sees of a corrected issue, and of a withdrawn one."""

from __future__ import annotations

import dataclasses

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from newsletter import workflow
from newsletter.digest.document import Document
from newsletter.digest.jsonform import to_json
from newsletter.models import Correction, Issue, Newsletter
from tests.browser import audit
from tests.factories import IssueFactory, NewsletterFactory
from tests.newsletter.people import make_person
from tests.newsletter.web.documents import full_document

pytestmark = pytest.mark.django_db


def corrected(issue: Issue, note: str = "A wrong name", **changes: object) -> Document:
    document = dataclasses.replace(full_document(language=issue.newsletter.language), **changes)  # type: ignore[arg-type]
    Correction.objects.create(issue=issue, document=to_json(document), note=note, user=make_person("Editors"))
    return document


def make_issue(newsletter: Newsletter | None = None, **fields: object) -> Issue:
    newsletter = newsletter or NewsletterFactory.create()
    document = full_document(language=newsletter.language)
    issue: Issue = IssueFactory.create(newsletter=newsletter, with_document=document, sent=True, **fields)
    return issue


def page_of(issue: Issue) -> str:
    return f"/n/{issue.newsletter.slug}/{issue.slug}/"


def withdraw(issue: Issue, note: str = "Its source was\nwrong & <more>") -> None:
    workflow.withdraw(issue, make_person("Editors"), note)


class TestCorrected:
    def test_the_title_is_new_everywhere(self, client: Client) -> None:
        issue = make_issue()
        corrected(issue, title="The Mended Digest")
        for address in ("/", f"/n/{issue.newsletter.slug}/", page_of(issue)):
            page = client.get(address).text
            assert "The Mended Digest" in page
            assert issue.title not in page
        assert 'og:title" content="The Mended Digest"' in page

    def test_an_issue_listed_by_its_first_story_has_the_mended_one(self, client: Client) -> None:
        issue = make_issue()
        first = full_document().sections[0]
        story = dataclasses.replace(first.stories[0], title="Mended story")
        corrected(issue, series="Daily", sections=(dataclasses.replace(first, stories=(story,)),))
        assert "Mended story" in client.get(f"/n/{issue.newsletter.slug}/").text

    def test_the_newest_counts(self, client: Client) -> None:
        issue = make_issue()
        corrected(issue, title="The first correction")
        corrected(issue, title="The second correction")
        for address in ("/", page_of(issue)):
            page = client.get(address).text
            assert "The second correction" in page
            assert "The first correction" not in page

    @pytest.mark.parametrize(("language", "heading"), [("en", "Corrected"), ("zh-Hans", ""), ("zh-Hant", "")])
    def test_readers_are_told_when_and_what(self, client: Client, language: str, heading: str) -> None:
        issue = make_issue(NewsletterFactory.create(language=language))
        corrected(issue, note="A wrong\n<name>")
        page = client.get(page_of(issue)).text
        assert heading in page
        assert "A wrong<br>&lt;name&gt;" in page
        assert 'class="corrections"' in page

    def test_the_day_is_that_of_the_newsletters_time_zone(self, client: Client) -> None:
        issue = make_issue(NewsletterFactory.create(time_zone="Pacific/Kiritimati"))
        corrected(issue)
        Correction.objects.update(at="2025-12-28T12:00:00Z")
        assert "Dec. 29, 2025" in client.get(page_of(issue)).text

    def test_an_issue_without_corrections_says_nothing_of_them(self, client: Client) -> None:
        assert "orrect" not in client.get(page_of(make_issue())).text

    def test_lists_take_the_same_queries(
        self, client: Client, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        newsletter = NewsletterFactory.create()
        for _each in range(3):
            corrected(make_issue(newsletter), title="Mended")
        with django_assert_num_queries(2):
            client.get("/")
        with django_assert_num_queries(3):
            client.get(f"/n/{newsletter.slug}/")


class TestWithdrawn:
    def test_its_page_has_the_newsletters_frame_and_the_note(self, client: Client) -> None:
        issue = make_issue(NewsletterFactory.create(theme={"accent": "#0f766e", "accent_dark": "#5eead4"}))
        withdraw(issue)
        response = client.get(page_of(issue))
        assert response.status_code == 410
        assert "Its source was<br>wrong &amp; &lt;more&gt;" in response.text
        for shown in (issue.newsletter.name, issue.newsletter.postal_address, "--accent:#0f766e", "noindex"):
            assert shown in response.text
        for hidden in (issue.title, "S1 title", "og:", "canonical", "The description"):
            assert hidden not in response.text

    def test_it_is_listed_nowhere_and_is_nobodys_neighbour(self, client: Client) -> None:
        newsletter = NewsletterFactory.create()
        before, issue, after = (make_issue(newsletter) for _each in range(3))
        withdraw(issue)
        for address in ("/", f"/n/{newsletter.slug}/", page_of(before), page_of(after)):
            assert page_of(issue) not in client.get(address).text
        assert f'<link rel="next" href="{page_of(after)}">' in client.get(page_of(before)).text

    def test_restored_it_is_back(self, client: Client) -> None:
        issue = make_issue()
        withdraw(issue)
        workflow.restore(issue, make_person("Editors"))
        assert client.get(page_of(issue)).status_code == 200
        assert page_of(issue) in client.get("/").text


@pytest.mark.chromium
def test_the_pages_are_clean(client: Client) -> None:
    newsletter = NewsletterFactory.create(slug="digest", language="zh-Hans")
    issue, gone = make_issue(newsletter, slug="mended"), make_issue(newsletter, slug="gone")
    corrected(issue, note="x" * 200)
    withdraw(gone, "y" * 200)
    assert audit({page_of(each): client.get(page_of(each)).text for each in (issue, gone)}) == []
