from __future__ import annotations

from newsletter.digest.document import Highlight, Source
from newsletter.preflight.findings import Severity
from tests.newsletter.preflight.subjects import codes, document, inspected, of_code, places, story

SUMMARY = (
    "甲厂发布三十亿参数的开源模型 Pebble-3B，在手机上每秒输出四十个词元，推理成本降到每百万词元一元，"
    "训练数据、配方与权重一并公开，许可允许商用。"
)


class TestDeclaredCounts:
    def test_that_agree(self) -> None:
        assert codes(inspected(document(story("一"), story("二"), declared_articles=2, declared_topics=2))) == set()

    def test_articles_may_be_the_sources(self) -> None:
        told = story(sources=(Source("甲", "https://a.test/1"), Source("乙", "https://b.test/2")))
        assert codes(inspected(document(told, declared_articles=2, declared_topics=1))) == set()

    def test_that_differ_warn(self) -> None:
        found = of_code(inspected(document(story(), declared_articles=19, declared_topics=18)), "count-differs")
        assert places(found) == [(None, "declared_articles"), (None, "declared_topics")]
        assert found[0].severity == Severity.WARN
        assert "declares 19 articles; it holds 1 stories with 1 sources" in found[0].message

    def test_nothing_declared_is_nothing_wrong(self) -> None:
        assert codes(inspected(document(declared_articles=None))) == set()


class TestHighlights:
    def test_without_a_story_warn(self) -> None:
        told = story("乙队夺得机器人足球赛冠军", summary="决赛在深圳举行，比分三比一，观众两万人。")
        subject = inspected(document(told, highlights=(Highlight("手机上的小模型", None, SUMMARY),)))
        (finding,) = of_code(subject, "highlight-without-story")
        assert finding.severity == Severity.WARN
        assert "“手机上的小模型”" in finding.message

    def test_with_one_are_none(self) -> None:
        subject = inspected(
            document(story("Pebble 开源", summary=SUMMARY), highlights=(Highlight("手机上的小模型", None, SUMMARY),))
        )
        assert codes(subject) == set()
