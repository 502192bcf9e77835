"""Nothing of an issue vanishes on its way into the mail."""

from __future__ import annotations

import dataclasses
import html
from typing import Any

import pytest

from newsletter.digest.document import Cover, Document
from newsletter.digest.inline import to_plain
from newsletter.rendering.pipeline import render
from newsletter.rendering.slots import fill
from tests.newsletter.rendering.factories import VALUES, document, publication, publication_of, story
from tests.newsletter.rendering.full import FORMATS, full_document
from tests.newsletter.rendering.reading import read
from tests.newsletter.rendering.texts import texts


def assert_complete(issue: Document, **shown: Any) -> None:
    """All texts are there; ``shown``: fields of the document in the form that readers see."""
    mail = render(issue, publication_of(issue))
    words, links = read(fill(mail.html, VALUES, "html"))
    text = " ".join(fill(mail.text, VALUES, "text").split())
    for expected in texts(dataclasses.replace(issue, **shown)):
        if expected.startswith(("http", "mailto:")):
            assert expected in map(html.unescape, links)
            assert expected in text
        else:
            plain = " ".join(to_plain(expected).split())
            assert plain in words
            assert plain in text


def test_every_text_and_address_of_a_real_issue_is_in_the_html_and_in_the_text(issue: Document) -> None:
    assert_complete(issue)


@pytest.mark.parametrize("format_name", FORMATS)
def test_every_field_has_its_place_in_every_look(format_name: str) -> None:
    issue = full_document(format_name)
    assert_complete(issue)
    assert_complete(dataclasses.replace(issue, highlights=()))
    assert_complete(dataclasses.replace(issue, sections=issue.sections[1:2]))


@pytest.mark.parametrize("format_name", FORMATS)
def test_dates_are_written_as_the_language_does(format_name: str) -> None:
    issue = full_document(format_name, colophon=())
    mail = render(issue, publication_of(issue))
    words, _ = read(mail.html)
    original = {"express": "2026年1月2日", "bulletin": "2 January 2026", "report": "2026年1月2日"}[format_name]
    period = {
        "express": "12月31日–1月2日",
        "bulletin": "31 December – 2 January",
        "report": "2025年12月31日–2026年1月2日",
    }[format_name]
    assert period in words
    for part in (words, mail.text):
        assert f" {original} " in part
        assert f"{original} 06:30 +0800" in part


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_cover_with_an_address_is_shown(format_name: str) -> None:
    mail = render(full_document(format_name), publication(format=format_name))
    assert '<img class="cover" src="https://a.cn/c.png" alt="封面"' in mail.html
    assert "[封面] https://a.cn/c.png\n" in mail.text


def test_a_cover_that_belongs_to_another_site_is_left_out() -> None:
    mail = render(full_document("report", cover=Cover("/images/c.png", "封面", relative=True)), publication())
    assert "封面" not in mail.html + mail.text
    assert "<img" not in mail.html


def test_each_story_is_listed_with_its_category_and_an_anchor_on_the_web(issue: Document) -> None:
    mail = render(issue, publication_of(issue))
    words, links = read(mail.html)
    if not issue.highlights:
        assert [link for link in links if link.startswith("{{web_url}}#")] == [
            f"{{{{web_url}}}}#story-{number}" for number in range(1, len(issue.stories) + 1)
        ]
    for number, each in enumerate(issue.stories, 1):
        assert f'id="story-{number}"' in mail.html
        assert words.count(to_plain(each.title)) >= 2


def test_below_highlights_the_contents_lead_to_the_sections() -> None:
    issue = full_document("bulletin")
    sections = issue.sections[1:2] * 2
    _, links = read(render(dataclasses.replace(issue, sections=sections), publication_of(issue)).html)
    assert [link for link in links if "#story" in link] == ["{{web_url}}#story-1", "{{web_url}}#story-3"]


def test_an_issue_with_one_bare_story_and_nothing_else_renders() -> None:
    bare = story("标题", category=None, sources=(), insight=None, blocks=())
    for format_name in FORMATS:
        issue = document(bare, format=format_name, other_links=(), icon=None, series=None)
        words, _ = read(render(issue, publication(tagline="")).html)
        assert "标题" in words
        assert "None" not in words
