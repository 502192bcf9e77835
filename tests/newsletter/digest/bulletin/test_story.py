"""Each trap of a bulletin's story."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable

import pytest

from newsletter.digest.document import Block, Link, PrimaryLink, Severity, Story
from newsletter.digest.errors import UnwritableDigest
from newsletter.digest.reading import write_digest
from tests.newsletter.digest.bulletin.samples import (
    STORY,
    WHOLE,
    bullet,
    digest,
    loose,
    only_story,
    reports,
    story_of,
)
from tests.newsletter.digest.samples import found, ink, read

ORIGINAL = "[阅读原文](https://a.example/1)"
PAPER = "[相关论文](https://b.example/2)"
SUMMARY = "> **概要**：一句话"
DAY = datetime.date(2025, 3, 8)


def read_back(text: str) -> Story:
    """The story of a digest, of which nothing may be lost."""
    document = read(text)
    written = write_digest(document)
    assert ink(written) == ink(text)
    assert read(written).stories == document.stories
    assert sorted(code for code, _ in reports(read(written))) == sorted(code for code, _ in reports(document))
    return document.stories[0]


def test_a_whole_story_has_every_part_and_no_finding() -> None:
    document = read(digest())
    (story,) = document.stories
    assert story == Story(
        title="甲厂开源小模型",
        primary_link=PrimaryLink("阅读原文", "https://a.example/s/x_y-1", DAY),
        summary="甲厂开源小模型，小而快。",
        blocks=(
            Block(
                "💡内容详解",
                (
                    bullet(
                        "",
                        "架构",
                        bullet("只看近处，偶尔看远处。", "稀疏注意力", spelling="**"),
                        bullet("四位就够。", "量化"),
                    ),
                ),
            ),
        ),
        links=(Link("相关论文", "https://b.example/(2)"),),
    )
    assert document.findings == ()


def test_a_whole_digest_is_written_back_letter_by_letter() -> None:
    assert write_digest(read(WHOLE)) == WHOLE


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: f"\ufeff{text}",
        lambda text: text.replace("\n", "  \t\n"),
        lambda text: text.rstrip("\n"),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: text.replace("\n\n", "\n"),
        lambda text: text.replace("> **", ">**"),
        lambda text: text.replace("**概要**：", "**概要** ：  "),
        lambda text: text.replace("  `[", "\n`["),
        lambda text: text.replace("  `[", "`["),
        lambda text: text.replace("## 1. ", "##  1.  "),
        lambda text: text.replace("### **", "###   ** "),
        lambda text: text.replace("---\n", ""),
        lambda text: text.replace("\n- **", "\n - **").replace("\n    ", "\n     "),
    ],
)
def test_white_space_and_rules_change_nothing(change: Callable[[str], str]) -> None:
    assert change(WHOLE) != WHOLE
    assert read(change(WHOLE)).stories == read(WHOLE).stories
    assert read(change(WHOLE)).highlights == read(WHOLE).highlights
    assert read(change(WHOLE)).reading == read(WHOLE).reading
    assert reports(read(change(WHOLE))) == []


@pytest.mark.parametrize(
    "part",
    [
        "[阅读原文](https://a.example/s/x_y-1)  `[2025-03-08]`\n",
        "  `[2025-03-08]`",
        "> **概要**：甲厂开源小模型，小而快。\n",
        "**💡内容详解**\n",
        "    - **量化**：四位就够。\n",
        "[相关论文](https://b.example/(2))",
    ],
)
def test_a_missing_part_is_no_finding(part: str) -> None:
    assert part in STORY
    text = digest(STORY.replace(part, ""))
    read_back(text)
    assert read(text).findings == ()


def test_a_story_may_be_a_title_alone() -> None:
    assert read_back(digest("### **甲**")) == Story("甲")


def test_a_paper_may_stand_directly_before_the_next_story() -> None:
    text = digest(f"### **甲**\n\n- **乙**：丙\n\n{PAPER}\n### **丁**\n{PAPER}\n### **戊**")
    document = read(text)
    assert [len(story.links) for story in document.stories] == [1, 1, 0]
    assert document.findings == ()


def test_links_may_be_several_with_any_label_on_one_line_or_more() -> None:
    story = read_back(story_of("- 甲", PAPER, "[代码](https://c.example) [数据](https://d.example)"))
    assert [link.label for link in story.links] == ["相关论文", "代码", "数据"]


@pytest.mark.parametrize("words", ["题 | Title: A (B)", "题 `x`", "题*", "[题](https://a.example)", "1. 题"])
def test_a_title_holds_what_it_likes(words: str) -> None:
    if words == "题*":
        assert only_story(digest(f"### **{words}**")).blocks[0].spelling == "plain title"
        return
    assert read_back(digest(f"### **{words}**")).title == words


@pytest.mark.parametrize("words", ["题", "**题** 🔥", "1. **题**", "**题**与**目**", "****", "***题***", "**题"])
def test_a_title_that_is_not_bold_as_a_whole_is_kept_and_reported(words: str) -> None:
    text = digest(f"### {words}\n\n{SUMMARY}\n\n- 甲")
    story = read_back(text)
    assert (story.title, story.summary) == (words, "一句话")
    assert story.blocks == (Block(None, (), "plain title"), Block(None, (bullet("甲"),)))
    assert reports(read(text)) == [("title.plain", 5)]


@pytest.mark.parametrize(
    ("line", "link"),
    [
        (f"{ORIGINAL}  `[2025-03-08]`", PrimaryLink("阅读原文", "https://a.example/1", DAY)),
        (ORIGINAL, PrimaryLink("阅读原文", "https://a.example/1")),
        ("[原报道](https://a.example/1) `[2025-03-08]`", PrimaryLink("原报道", "https://a.example/1", DAY)),
        ("[阅读原文](https://a.example/x_(y)?a=1&b=2)", PrimaryLink("阅读原文", "https://a.example/x_(y)?a=1&b=2")),
    ],
)
def test_the_original_and_its_date(line: str, link: PrimaryLink) -> None:
    text = story_of(line, "", SUMMARY)
    assert (read_back(text).primary_link, read(text).findings) == (link, ())


@pytest.mark.parametrize("rest", ["`[2025-02-30]`", "`2025-03-08`", "[2025-03-08]", "来自甲报", "> 引"])
def test_what_is_no_date_behind_the_original_is_kept_and_reported(rest: str) -> None:
    text = story_of(f"{ORIGINAL} {rest}", SUMMARY)
    story = read_back(text)
    assert (story.primary_link, story.summary) == (PrimaryLink("阅读原文", "https://a.example/1"), "一句话")
    assert story.blocks == (loose(rest, spelling="under original"),)
    assert reports(read(text)) == [("text.unexpected", 7)]


@pytest.mark.parametrize("rest", ["---", "### **甲**", "# 甲"])
def test_an_original_with_a_heading_or_a_rule_behind_it_is_text(rest: str) -> None:
    assert read_back(story_of(f"{ORIGINAL} {rest}")).blocks == (loose(f"{ORIGINAL} {rest}"),)


def test_a_paper_in_place_of_the_original_is_a_link() -> None:
    story = read_back(story_of(PAPER))
    assert (story.primary_link, story.links) == (None, (Link("相关论文", "https://b.example/2"),))


def test_a_second_original_is_a_link_where_links_stand_and_text_elsewhere() -> None:
    assert [link.label for link in read_back(story_of(ORIGINAL, "- 甲", ORIGINAL)).links] == ["阅读原文"]
    text = story_of(ORIGINAL, ORIGINAL, SUMMARY)
    assert read_back(text).blocks == (loose(ORIGINAL, spelling="under original"),)
    assert reports(read(text)) == [("field.misplaced", 8)]


def test_links_that_the_story_does_not_end_with_are_text() -> None:
    text = story_of("- 甲", PAPER, "- 乙")
    story = read_back(text)
    assert (story.links, story.blocks) == ((), (Block(None, (bullet("甲"), loose(PAPER).items[0], bullet("乙"))),))
    assert reports(read(text)) == [("field.misplaced", 8)]


def test_a_label_behind_the_links_opens_a_block_however_it_is_indented() -> None:
    story = read_back(story_of("- 甲", PAPER, "    **影响**", "- 乙"))
    assert [block.label for block in story.blocks] == [None, "影响"]


def test_text_behind_the_links_costs_no_link() -> None:
    text = story_of("- 甲", PAPER, "闲话", f"{PAPER} 见此")
    story = read_back(text)
    assert [link.label for link in story.links] == ["相关论文"]
    assert story.blocks[-1] == loose("闲话", f"{PAPER} 见此", spelling="under links")
    assert reports(read(text)) == [("text.unexpected", 9), ("text.unexpected", 10)]


def test_text_between_the_fields_costs_no_field() -> None:
    text = story_of("一", ORIGINAL, "二", SUMMARY, "三", "**💡内容详解**", "- 甲")
    story = read_back(text)
    assert (story.primary_link is not None, story.summary) == (True, "一句话")
    assert story.blocks == (
        loose("一", spelling="under title"),
        loose("二", spelling="under original"),
        loose("三"),
        Block("💡内容详解", (bullet("甲"),)),
    )
    assert reports(read(text)) == [("text.unexpected", line) for line in (7, 9, 11)]


def test_a_story_of_plain_text_keeps_it_as_paragraphs() -> None:
    assert read_back(story_of("一", "二")).blocks == (loose("一", "二"),)


def test_a_second_quoted_line_belongs_to_the_summary() -> None:
    text = story_of(SUMMARY, ">", "> 又一句", "- 甲", "> 引")
    story = read_back(text)
    assert story.summary == "一句话\n\n又一句"
    assert story.blocks == (Block(None, (bullet("甲"), loose("> 引").items[0])),)
    assert reports(read(text)) == [("text.unexpected", line) for line in (8, 9, 11)]


def test_an_empty_summary_is_not_a_missing_one() -> None:
    assert read_back(story_of("> **概要**：")).summary == ""


def test_a_repeated_or_late_summary_is_text() -> None:
    text = story_of(SUMMARY, SUMMARY, "- 甲", SUMMARY)
    assert read_back(text).summary == "一句话"
    assert reports(read(text)) == [("field.misplaced", 8), ("field.misplaced", 10)]


@pytest.mark.parametrize("line", ["**概要**：甲", "> 概要：甲", "> **摘要**：甲", "> **概要** 甲"])
def test_a_summary_in_another_spelling_is_not_understood_and_never_rewritten(line: str) -> None:
    text = story_of(line)
    assert read_back(text).summary is None
    ((code, number),) = reports(read(text))
    assert (code, number) == ("text.unexpected", 7)


@pytest.mark.parametrize("end", ["**:", "：**", ":**"])
def test_the_colon_of_a_summary_may_be_half_width_or_inside_of_the_bold(end: str) -> None:
    text = digest(STORY.replace("**：甲厂", f"{end}甲厂"), STORY)
    document = read(text)
    assert document.stories == read(digest(STORY, STORY)).stories
    assert document.findings == ()
    assert ink(write_digest(document)) == ink(text)
    (section,) = document.sections
    edited = dataclasses.replace(document, sections=(dataclasses.replace(section, stories=section.stories[:1] * 3),))
    assert read(write_digest(edited)).stories == edited.stories


def test_a_known_field_in_another_spelling_is_told_the_right_one() -> None:
    (finding,) = read(story_of("> 概要：甲")).findings
    assert "expected '> **概要**：…'" in finding.message


@pytest.mark.parametrize("label", ["💡内容详解", "💡 内容详解", "内容详解", "📖内容详解"])
def test_the_label_of_a_block_keeps_its_emoji(label: str) -> None:
    text = story_of(f"**{label}**", "- 甲")
    assert read_back(text).blocks == (Block(label, (bullet("甲"),)),)
    assert read(text).findings == ()


@pytest.mark.parametrize("closing", ["**：", "**:", "：**", ":**"])
def test_the_label_of_a_block_may_have_a_colon(closing: str) -> None:
    assert read_back(story_of(f"**💡内容详解{closing}", "- 甲")).blocks == (
        Block("💡内容详解", (bullet("甲"),), closing),
    )


def test_an_unknown_and_a_repeated_label_make_blocks() -> None:
    text = story_of("**影响**", "很大", "**💡内容详解**", "- 甲", "**💡内容详解**")
    assert [block.label for block in read_back(text).blocks] == ["影响", "💡内容详解", "💡内容详解"]
    assert reports(read(text)) == [("label.unknown", 7), ("text.unexpected", 8), ("label.repeated", 11)]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://a.example", "/x"])
@pytest.mark.parametrize(
    "line",
    [
        "[阅读原文]({})",
        "[阅读原文]({}) `[2025-03-08]`",
        "[相关论文]({})",
        "> **概要**：见[甲]({})",
        "- **甲**：[乙]({})",
    ],
)
def test_an_address_that_may_not_be_linked_is_an_error_and_its_text_is_kept(line: str, url: str) -> None:
    text = story_of(line.format(url))
    story = read_back(text)
    assert (story.primary_link, story.links) == (None, ())
    (finding,) = found(read(text), "url.refused")
    assert (finding.severity, finding.line) == (Severity.ERROR, 7)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("category", "类"),
        ("insight", "深"),
        ("importance", "高"),
        ("entities", ("甲",)),
        ("title", "两\n行"),
        ("title", "半**个"),
        ("summary", "甲 "),
        ("primary_link", PrimaryLink("相关论文", "https://a.example")),
        ("blocks", (Block(None, (bullet("**甲**：乙"),)),)),
        ("blocks", (Block("甲", (), "under title"),)),
    ],
)
def test_what_the_format_cannot_say_is_refused_with_its_field(field: str, value: object) -> None:
    document = read(digest())
    story = dataclasses.replace(document.stories[0], **{field: value})  # type: ignore[arg-type]
    sections = (dataclasses.replace(document.sections[0], stories=(story,)),)
    with pytest.raises(UnwritableDigest, match=rf"stories\[0\]\.{field}"):
        write_digest(dataclasses.replace(document, sections=sections))
