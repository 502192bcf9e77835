"""The page of whole issues: the samples, the digests in the folder ``SUDI_DIGESTS``, and everything odd and full."""

from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Mapping
from itertools import pairwise

import pytest
from django.test import Client

from newsletter.digest.document import BULLETED, Document, EditorInsight, Story, Watchlist
from newsletter.digest.inline import to_plain
from newsletter.digest.reading import parse_digest
from newsletter.rendering import edition
from newsletter.rendering.pipeline import render
from tests.browser import audit
from tests.factories import IssueFactory, NewsletterFactory
from tests.newsletter.rendering.conftest import digests
from tests.newsletter.rendering.factories import document, publication_of
from tests.newsletter.rendering.full import FORMATS, full_document
from tests.newsletter.rendering.odd import UNTITLED, odd_document
from tests.newsletter.rendering.reading import read
from tests.newsletter.rendering.texts import texts

pytestmark = pytest.mark.django_db

MADE: Mapping[str, Document] = {
    **{f"full-{slug}": full_document(slug) for slug in FORMATS},
    **{f"odd-{slug}": odd_document(slug) for slug in FORMATS},
}
READ = {path.stem: path for path in digests()}
NAMES = (*READ, *MADE)


def issue_named(name: str) -> Document:
    return MADE[name] if name in MADE else parse_digest(READ[name].read_bytes(), name)


def page_of(client: Client, issue: Document) -> str:
    newsletter = NewsletterFactory.create(format=issue.format, language=issue.language)
    stored = IssueFactory.create(newsletter=newsletter, with_document=issue, sent=True)
    return client.get(f"/n/{newsletter.slug}/{stored.slug}/").text


def content_of(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def shown(issue: Document) -> Document:
    """The document with its texts as readers see them: a headline without the issue's own date, which stands beside it,
    and a line of the digest that is kept as it stands without the mark at its beginning."""
    title = edition.headline(issue) or issue.series or ""
    return dataclasses.replace(
        issue,
        title=title,
        highlights=edition.highlights(issue),
        other_links=edition.other_links(issue),
        reading=edition.reading(issue),
    )


def test_an_issue_whose_title_is_but_its_date_is_headed_by_the_newsletters_name(client: Client) -> None:
    issue = document(title="2025年11月27日", series=None)
    newsletter = NewsletterFactory.create(format=issue.format, language=issue.language, name="晨间试刊")
    stored = IssueFactory.create(newsletter=newsletter, with_document=issue, sent=True)
    heading = content_of(client.get(f"/n/{newsletter.slug}/{stored.slug}/").text).partition("</h1>")[0]
    assert "晨间试刊" in heading
    assert "None" not in heading


def test_a_watch_list_of_bullets_has_no_numbers(client: Client) -> None:
    insight = EditorInsight("编辑洞察", watchlist=Watchlist("关注", ("甲", "乙"), BULLETED))
    page = content_of(page_of(client, document(editor_insight=insight)))
    assert 'class="watchlist"' not in page
    assert '<ul class="points"><li>甲</li><li>乙</li></ul>' in page


@pytest.mark.parametrize("name", NAMES)
def test_every_anchor_that_the_mail_links_to_exists_on_the_page(client: Client, name: str) -> None:
    issue = issue_named(name)
    _, links = read(render(issue, publication_of(issue)).html)
    wanted = {link.partition("#")[2] for link in links if link.startswith("{{web_url}}#")}
    page = page_of(client, issue)
    found = re.findall(r'\bid="([^"]+)"', page)
    assert wanted
    assert wanted <= set(found)
    assert len(found) == len(set(found))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(found)


@pytest.mark.parametrize("name", NAMES)
def test_every_text_and_address_is_on_the_page(client: Client, name: str) -> None:
    issue = issue_named(name)
    page = content_of(page_of(client, issue))
    words, links = read(page)
    addresses = [*map(html.unescape, links), *map(html.unescape, re.findall(r'src="([^"]+)"', page))]
    for text in texts(shown(issue)):
        if text.startswith(("http", "mailto:")):
            assert text in addresses
        else:
            assert " ".join(to_plain(text).split()) in words


@pytest.mark.parametrize("name", NAMES)
def test_headings_begin_with_one_of_the_first_level_and_step_down_one_at_a_time(client: Client, name: str) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", page_of(client, issue_named(name)))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_empty_that_should_say_something(client: Client, name: str) -> None:
    page = content_of(page_of(client, issue_named(name)))
    assert re.findall(r"<(a|h\d|li|ul|ol|p|strong|dt|dd|small|nav|section)\b[^>]*>\s*</\1>", page) == []
    assert ">None<" not in page


@pytest.mark.parametrize("name", MADE)
def test_no_colon_stands_bare(client: Client, name: str) -> None:
    page = content_of(page_of(client, issue_named(name)))
    assert re.findall(r"<(?:li|p|dd|strong)\b[^>]*>\s*[：:]|[：:]\s*(?:</strong>)?\s*(?:</li>|</p>|<ul)", page) == []


def test_text_under_no_title_is_neither_listed_nor_counted(client: Client) -> None:
    page = page_of(client, odd_document("express"))
    assert re.findall(r'href="#(story-\d+)"', page) == ["story-2", "story-4"]
    assert re.findall(r'<article class="story" id="(story-\d+)"', page) == [f"story-{n}" for n in range(1, 6)]
    assert "2 篇要闻" in page


def test_an_issue_of_nothing_but_text_has_a_page(client: Client) -> None:
    bare = Story("", blocks=UNTITLED.blocks)
    page = page_of(client, document(bare, description=None, summary=None))
    assert 'class="contents"' not in page
    assert "og:description" not in page
    assert "章下的文字<br>第二行" in page


def test_without_a_colophon_the_page_says_when_the_issue_was_made_as_the_mail_does(client: Client) -> None:
    assert "2026年1月2日 06:30 +0800" in page_of(client, full_document("express", colophon=()))


def test_lines_stay_lines_and_a_link_preview_has_one(client: Client) -> None:
    page = page_of(client, odd_document("express"))
    for lines in ("摘要甲<br>摘要乙", "洞察甲<br>洞察乙", "重要甲<br>重要乙", "无题段<br>其次行", "其一<br>其一次行"):
        assert lines in page
    assert '<meta property="og:description" content="说明甲 说明乙">' in page


def test_the_archive_lists_an_issue_by_its_first_title(client: Client) -> None:
    issue = IssueFactory.create(with_document=odd_document("express"), sent=True)
    assert "有重点与代码的标题" in client.get(f"/n/{issue.newsletter.slug}/").text


@pytest.mark.chromium
def test_axe_finds_nothing(client: Client) -> None:
    assert audit({f"/{name}/": page_of(client, issue_named(name)) for name in NAMES}) == []
