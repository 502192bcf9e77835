from __future__ import annotations

import dataclasses
import datetime
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter import content
from newsletter.digest.document import (
    Block,
    ColophonLine,
    Cover,
    Document,
    EditorInsight,
    Finding,
    Highlight,
    InsightPart,
    Item,
    ItemType,
    Link,
    OtherLink,
    PrimaryLink,
    ReadingGroup,
    ReadingItem,
    Section,
    Severity,
    Source,
    Story,
    Watchlist,
)
from newsletter.digest.errors import DigestError
from newsletter.digest.formats import FORMATS
from newsletter.digest.reading import parse_digest, without_findings
from newsletter.errors import Refused
from newsletter.models import Issue
from tests.factories import IssueFactory, NewsletterFactory
from tests.newsletter.digest.samples import read

pytestmark = pytest.mark.django_db

DAY = datetime.date(2025, 12, 22)
TAIPEI = datetime.timezone(datetime.timedelta(hours=8))
BEHIND = datetime.timezone(-datetime.timedelta(hours=3, minutes=30))
SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def digests() -> list[Path]:
    """Every digest at hand whose format is registered."""
    folders = [SAMPLES, *map(Path, filter(None, [os.environ.get("SUDI_DIGESTS")]))]
    found = sorted(path for folder in folders for path in folder.glob("*-*.md"))
    return [path for path in found if path.name.partition("-")[0] in FORMATS]


def bullet(text: str, label: str | None, *children: Item) -> Item:
    return Item(ItemType.BULLET, text, label, children)


STORY = Story(
    title="昇騰 **384** & <b>",
    category="動態",
    sources=(Source("來源1", "https://a.example/1?x=1&y=2"), Source("來源2", "https://a.example/2")),
    primary_link=PrimaryLink("閱讀原文", "https://a.example/original", DAY),
    summary="概要",
    insight="洞察",
    blocks=(
        Block(
            "技術細節",
            (
                Item(ItemType.PARAGRAPH, "一段"),
                bullet("一", "甲", bullet("二", None, bullet("三", "丙"), bullet("又三", None)), bullet("又二", "乙")),
                Item(ItemType.PARAGRAPH, "又一段"),
            ),
        ),
        Block(None, (bullet("無標籤", None),)),
        Block("應用場景"),
    ),
    entities=("甲", "乙"),
    importance="高",
    links=(Link("相關論文", "https://a.example/paper"),),
)
FULL = Document(
    format="report",
    language="zh-Hant",
    title="AI Daily 情報",
    icon="🤖",
    series="情報",
    date_start=DAY,
    date_end=DAY + datetime.timedelta(days=6),
    generated_at=datetime.datetime(2025, 12, 22, 0, 30, 15, 250, TAIPEI),
    front_matter={"title": "情報", "unknown": {"deep": [1, 2.5, None, True, "文"]}, "draft": False},
    cover=Cover("/images/cover.png", "封面", relative=False),
    tags=("AI", "晶片"),
    description="描述",
    summary="摘要",
    draft=False,
    highlights=(Highlight("標題 | title", "類別", "摘要"), Highlight("只有標題")),
    sections=(
        Section(1, "模型", "Models", (STORY, dataclasses.replace(STORY, title="第二則"))),
        Section(None, None, None, (Story("只有標題"),)),
        Section(3, "空的", None, ()),
    ),
    other_links=(OtherLink("標題", "https://b.example/", "說明", "組"), OtherLink("只有標題", "https://b.example/2")),
    editor_insight=EditorInsight(
        "編輯洞察",
        "Editor’s Insight",
        (InsightPart("一", ("甲", "乙")), InsightPart(None, ("丙",))),
        Watchlist("關注清單", ("一", "二")),
    ),
    reading=(ReadingGroup("論文", (ReadingItem("題", "https://c.example/", "註"), ReadingItem("詞", text="解"))),),
    keywords=("LLM", "昇騰"),
    colophon=(ColophonLine("資料來源", "19 篇文章"), ColophonLine("", "")),
    declared_articles=19,
    declared_topics=18,
    findings=(Finding("a.b", Severity.ERROR, "錯", 3), Finding("c.d", Severity.WARNING, "怪")),
)


def issue_of(document: Document, **newsletter: Any) -> Issue:
    fields = {"format": document.format, "language": document.language, **newsletter}
    made = IssueFactory.create(newsletter=NewsletterFactory.create(**fields), with_document=document)
    return Issue.objects.select_related("newsletter").get(pk=made.pk)


def queries(work: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def with_stories(count: int, *, sections: int = 1) -> Document:
    stories = tuple(dataclasses.replace(STORY, title=str(number)) for number in range(count))
    return dataclasses.replace(FULL, sections=tuple(Section(number, stories=stories) for number in range(sections)))


class TestThereAndBack:
    def test_of_a_document_with_everything_is_equal(self) -> None:
        bare = Document(format="", language="", title="")
        fields = [field.name for field in dataclasses.fields(Document) if field.compare]
        unset = [name for name in fields if getattr(FULL, name) == getattr(bare, name)]
        assert unset == []
        assert content.load(issue_of(FULL)) == FULL

    def test_of_a_document_with_next_to_nothing_is_equal(self) -> None:
        bare = Document(format="express", language="zh-Hans", title="題", date_start=DAY)
        assert content.load(issue_of(bare)) == bare

    @pytest.mark.parametrize("path", digests(), ids=lambda path: path.name)
    def test_of_a_real_digest_is_equal_and_exports_to_an_equal_one(self, path: Path) -> None:
        document = parse_digest(path.read_bytes(), path.name)
        issue = issue_of(document)
        assert content.load(issue) == document
        exported = parse_digest(content.export(issue).encode(), "export.md")
        assert without_findings(exported) == without_findings(document)

    @pytest.mark.parametrize(
        "moment",
        [
            datetime.datetime(2025, 12, 22, 0, 30, tzinfo=TAIPEI),
            datetime.datetime(2025, 12, 22, 23, 30, tzinfo=BEHIND),
            datetime.datetime(2025, 12, 22, 0, 30, tzinfo=datetime.UTC),
            datetime.datetime(2025, 12, 22, 0, 30),  # noqa: DTZ001 - a digest may name no offset
            None,
        ],
    )
    def test_keeps_the_clock_that_the_digest_shows(self, moment: datetime.datetime | None) -> None:
        loaded = content.load(issue_of(dataclasses.replace(FULL, generated_at=moment))).generated_at
        assert (loaded and loaded.isoformat()) == (moment and moment.isoformat())

    def test_a_second_document_leaves_nothing_of_the_first(self) -> None:
        issue = issue_of(FULL)
        bare = Document(format="report", language="zh-Hant", title="題", date_start=DAY)
        content.store(bare, issue)
        assert content.load(Issue.objects.get(pk=issue.pk)) == bare


class TestQueries:
    @pytest.mark.parametrize("count", [1, 30])
    def test_loading_takes_three(self, count: int, django_assert_num_queries: Any) -> None:
        issue = issue_of(with_stories(count, sections=count // 10 + 1))
        with django_assert_num_queries(3):
            content.load(issue)

    def test_storing_takes_as_many_for_any_number_of_sections_and_stories(self) -> None:
        issue = issue_of(with_stories(1))
        few, many = with_stories(1), with_stories(8, sections=3)
        first = queries(lambda: content.store(few, issue))
        content.store(many, issue)
        assert queries(lambda: content.store(many, issue)) == first


class TestExport:
    def test_speaks_the_language_of_the_format_whatever_the_newsletters(self) -> None:
        document = read((SAMPLES / "express-2026-01-15.md").read_text(encoding="utf-8"))
        issue = issue_of(document, language="en")
        assert content.load(issue).language == "en"
        assert without_findings(read(content.export(issue))) == without_findings(document)

    def test_refuses_what_the_format_has_no_words_for(self) -> None:
        issue = issue_of(dataclasses.replace(FULL, format="express", language="zh-Hans"))
        with pytest.raises(DigestError):
            content.export(issue)


def test_a_text_that_is_too_long_is_refused_before_anything_is_written() -> None:
    issue = issue_of(FULL)
    long = dataclasses.replace(FULL, title="新", sections=(Section(title="長" * 501),))
    with pytest.raises(Refused, match="section: title has 501 characters; 500 at most"):
        content.store(long, issue)
    assert content.load(Issue.objects.get(pk=issue.pk)) == FULL
