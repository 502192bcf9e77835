"""The web version of an issue: everything the document holds, once, safely."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from newsletter.models import Issue, Source
from tests.factories import IssueFactory, NewsletterFactory
from tests.newsletter.web.documents import full_document

pytestmark = pytest.mark.django_db

STORY_PARTS = (
    "title with <strong>weight</strong> &amp; &lt;b&gt;", "category", "source", "original", "summary", "entity",
    'insight with <a href="https://example.org/inline">a link</a>', "first level", "second level", "third level",
    "said", "unlabelled", "importance", "paper",
)  # fmt: skip
ISSUE_PARTS = (
    "The Digest, 28 December", "The standfirst", "The description", "tag one", "tag two", "https://example.org/cover.png",
    "A cover", "Highlight title", "Highlight category", "Highlight summary", "Models", "In English", "Other link",
    "Other note", "Other group", "example.net", "Editor&#x27;s view", "Editor’s Insight", "Part title",
    "Part paragraph", "Untitled paragraph", "Watch list", "Watch this", "Reading group", "Reading title",
    "Reading note", "Term", "Explained", "<code>keyword</code>", "Collected", "19 articles",
)  # fmt: skip


def shown(client: Client, issue: Issue) -> str:
    return client.get(f"/n/{issue.newsletter.slug}/{issue.slug}/").text


def test_every_part_of_the_document_is_shown(client: Client) -> None:
    page = shown(client, IssueFactory.create(with_document=full_document(), sent=True))
    assert [part for part in ISSUE_PARTS if part not in page] == []
    for name in ("S1", "S2", "Last"):
        assert [part for part in STORY_PARTS if f"{name} {part}" not in page] == []


def test_stories_are_numbered_through_all_sections(client: Client) -> None:
    page = shown(client, IssueFactory.create(with_document=full_document(stories=3), sent=True))
    assert re.findall(r'id="(story-\d+)"', page) == ["story-1", "story-2", "story-3", "story-4"]
    assert re.findall(r'href="#(story-\d+)"', page) == ["story-1", "story-2", "story-3", "story-4"]


def test_link_previews_get_what_they_ask_for(client: Client) -> None:
    issue = IssueFactory.create(with_document=full_document(), sent=True)
    page = shown(client, issue)
    properties = dict(re.findall(r'<meta property="(og:[^"]+)" content="([^"]*)">', page))
    address = f"{settings.SUDI.base_url}/n/{issue.newsletter.slug}/{issue.slug}/"
    assert properties == {
        "og:type": "article",
        "og:title": "The Digest, 28 December",
        "og:description": "The description",
        "og:url": address,
        "og:site_name": issue.newsletter.name,
        "og:locale": "en_US",
        "og:image": "https://example.org/cover.png",
        "og:image:alt": "A cover",
    }
    assert f'<link rel="canonical" href="{address}">' in page


def test_an_issue_without_a_description_is_described_by_its_headlines(client: Client) -> None:
    issue = IssueFactory.create(with_document=full_document(), sent=True)
    Issue.objects.update(description=None, summary=None)
    assert 'og:description" content="S1 title with weight &amp; &lt;b&gt; · S2 title' in shown(client, issue)


def test_a_relative_cover_is_left_out(client: Client) -> None:
    issue = IssueFactory.create(with_document=full_document(), sent=True)
    Issue.objects.update(cover={"image": "/images/cover.png", "alt": "A cover", "relative": True})
    page = shown(client, issue)
    assert "cover.png" not in page
    assert "og:image" not in page


def test_an_address_where_no_reader_may_be_sent_is_not_a_link(client: Client) -> None:
    issue = IssueFactory.create(with_document=full_document(), sent=True)
    Source.objects.update(url="javascript:alert(1)", name="<i>Source</i>")
    page = shown(client, issue)
    assert "javascript:" not in page
    assert "&lt;i&gt;Source&lt;/i&gt;" in page


@pytest.mark.parametrize(
    ("language", "contents", "point"),
    [("en", "In this issue", "Point: "), ("zh-Hans", "本期目录", "Point："), ("zh-Hant", "本期目錄", "Point：")],
)
def test_the_page_speaks_the_newsletters_language(client: Client, language: str, contents: str, point: str) -> None:
    newsletter = NewsletterFactory.create(language=language)
    issue = IssueFactory.create(newsletter=newsletter, with_document=full_document(language=language), sent=True)
    other = "en" if language != "en" else "zh-Hans"
    response = client.get(f"/n/{newsletter.slug}/{issue.slug}/", headers={"Accept-Language": other})
    assert f'<html lang="{language}">' in response.text
    assert contents in response.text
    assert f"<strong>{point}</strong>" in response.text
    assert response.headers["Content-Language"] == language
    assert {"en": "Dec. 28, 2025"}.get(language, "2025年12月28日") in response.text


def test_the_newsletters_colours_are_used(client: Client) -> None:
    newsletter = NewsletterFactory.create(theme={"accent": "#0f766e", "accent_dark": "#5eead4"})
    page = shown(client, IssueFactory.create(newsletter=newsletter, with_document=full_document(), sent=True))
    assert ":root{--accent:#0f766e;" in page
    assert ":root{--accent:#5eead4;" in page


@pytest.mark.parametrize(
    "theme", [{"accent": "red}</style><script>"}, {"accent": 7}, {"unknown": "#000000"}, {"accent": None}, []]
)
def test_an_unusable_theme_is_replaced_and_reported(
    client: Client, caplog: pytest.LogCaptureFixture, theme: object
) -> None:
    newsletter = NewsletterFactory.create(theme=theme)
    page = shown(client, IssueFactory.create(newsletter=newsletter, with_document=full_document(), sent=True))
    assert ":root{--accent:#0b57d0;" in page
    assert "is not usable" in caplog.text


@pytest.mark.parametrize("stories", [1, 12])
def test_the_number_of_queries_does_not_depend_on_the_length(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, stories: int
) -> None:
    issue = IssueFactory.create(with_document=full_document(stories=stories), sent=True)
    with django_assert_num_queries(7):
        shown(client, issue)
