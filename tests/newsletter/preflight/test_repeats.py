from __future__ import annotations

import datetime

import pytest

from newsletter.digest.document import Link, PrimaryLink, Source
from newsletter.digest.similarity import alike, bare, same_page
from newsletter.preflight.findings import Severity
from newsletter.preflight.inspected import EarlierIssue, EarlierStory
from tests.newsletter.preflight.subjects import DAY, codes, document, inspected, of_code, places, story

TITLE = "甲厂开源三十亿参数的小模型：手机上也能跑"


def before(*stories: EarlierStory, days: int = 1, slug: str = "express-before") -> EarlierIssue:
    return EarlierIssue(slug, DAY - datetime.timedelta(days=days), stories=stories)


def found(issue: EarlierIssue) -> set[str]:
    return codes(inspected(document(story(TITLE)), earlier=(issue,)))


class TestByTitle:
    @pytest.mark.parametrize(
        "title",
        [TITLE, "甲厂开源30亿参数的小模型，手机上也能跑", "**甲厂**开源三十亿参数的小模型——手机上也能跑！"],
    )
    def test_nearly_the_same_warns(self, title: str) -> None:
        assert found(before(EarlierStory(title))) == {"story-repeated"}

    @pytest.mark.parametrize("title", ["乙厂发布百亿参数的大模型：云端专用", "甲厂裁员", ""])
    def test_another_does_not(self, title: str) -> None:
        assert found(before(EarlierStory(title))) == set()

    def test_short_titles_must_be_equal(self) -> None:
        assert alike(bare("编者按"), bare("编者按"))
        assert not alike(bare("模型一号"), bare("模型二号"))
        assert not alike("", "")


class TestByAddress:
    def test_of_any_link_a_story_rests_on(self) -> None:
        page = "https://a.test/news/1"
        stories = (
            story(TITLE, sources=(Source("甲", page),)),
            story(TITLE, primary_link=PrimaryLink("原文", page)),
            story(TITLE, links=(Link("论文", page),)),
        )
        for told in stories:
            earlier = before(EarlierStory("别的", (f"{page}/?utm_source=x",)))
            (finding,) = of_code(inspected(document(told), earlier=(earlier,)), "story-repeated")
            assert finding.severity == Severity.WARN
            assert places([finding]) == [(1, "title")]
            assert "“别的” (the same address)" in finding.message

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("https://a.test/x", "http://www.a.test/x/"),
            ("https://a.test/x#part", "https://A.test/x"),
            ("https://a.test/x?id=1&utm_medium=mail", "https://a.test/x?id=1"),
        ],
    )
    def test_one_page(self, one: str, other: str) -> None:
        assert same_page(one) == same_page(other)

    @pytest.mark.parametrize(
        ("one", "other"),
        [("https://a.test/x?id=1", "https://a.test/x?id=2"), ("https://a.test/x", "https://a.test/X"), ("a", "b")],
    )
    def test_two_pages(self, one: str, other: str) -> None:
        assert same_page(one) != same_page(other)


class TestWhen:
    @pytest.mark.parametrize("days", [0, 1, 14])
    def test_lately(self, days: int) -> None:
        issue = EarlierIssue("lately", DAY - datetime.timedelta(days=days), sent=False, stories=(EarlierStory(TITLE),))
        assert found(issue) == {"story-repeated"}

    @pytest.mark.parametrize("days", [15, -1])
    def test_not_long_ago_nor_later(self, days: int) -> None:
        assert found(before(EarlierStory(TITLE), days=days)) == set()

    def test_names_the_latest_issue_that_had_it(self) -> None:
        earlier = tuple(before(EarlierStory(TITLE), days=days, slug=f"days-{days}") for days in (5, 2, 9))
        (finding,) = of_code(inspected(document(story(TITLE)), earlier=earlier), "story-repeated")
        assert "days-2" in finding.message
