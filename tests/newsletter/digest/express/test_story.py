"""Each trap of the express grammar."""

from __future__ import annotations

import dataclasses

import pytest

from newsletter.digest.document import Block, Item, ItemType, Section, Severity, Source
from newsletter.digest.outline import MAX_DEPTH
from newsletter.digest.reading import write_digest
from tests.newsletter.digest.samples import STORY, digest, found, ink, only_story, read


def bullet(text: str, label: str | None = None, *children: Item) -> Item:
    return Item(ItemType.BULLET, text, label, children)


def paragraph(text: str) -> Item:
    return Item(ItemType.PARAGRAPH, text)


def test_a_whole_story_has_every_part_and_no_finding() -> None:
    story = only_story(digest())
    assert (story.title, story.category, story.insight) == ("甲厂开源小模型", "动态", "小而快。")
    assert story.sources == (Source("甲报", "https://a.example/s/x_y-1"), Source("乙报", "https://b.example/2"))
    assert story.blocks == (Block("内容简介", (bullet("只有三十亿", "参数"), bullet("没有标签的一条"))),)
    assert read(digest()).findings == ()


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\n\n\n", "\n---\n"])
def test_the_content_label_may_follow_the_insight_with_or_without_a_blank_line(gap: str) -> None:
    story = only_story(digest(f"## 甲\n\n**核心洞察：** 深{gap}**内容简介：**\n- 乙"))
    assert story.insight == "深"
    assert story.blocks == (Block("内容简介", (bullet("乙"),)),)


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
        lambda text: text.replace("\n- ", "\n  -  "),
        lambda text: text.replace(") 、 [", ")、["),
        lambda text: text.replace("：** ", "：**"),
        lambda text: text.replace("## ", "##\u3000"),
    ],
)
def test_white_space_changes_nothing(change) -> None:  # type: ignore[no-untyped-def]
    text = digest(STORY, STORY)
    assert change(text) != text
    assert read(change(text)) == read(text)


@pytest.mark.parametrize(
    "part", ["> **分类：** 动态\n", "**核心洞察：** 小而快。\n", "**内容简介：**\n", "- 没有标签的一条"]
)
def test_a_missing_part_is_no_finding(part: str) -> None:
    assert part in STORY
    document = read(digest(STORY.replace(part, "")))
    assert document.findings == ()
    assert len(document.stories[0].sources) == 2


def test_stories_with_the_same_title_are_both_kept() -> None:
    assert [story.title for story in read(digest(STORY, STORY)).stories] == ["甲厂开源小模型"] * 2


def test_an_empty_field_is_not_a_missing_one() -> None:
    story = only_story(digest("## 甲\n> **分类：**\n\n**核心洞察：**\n**内容简介：**"))
    assert (story.category, story.insight, story.blocks) == ("", "", (Block("内容简介"),))


def test_an_insight_may_begin_under_its_label() -> None:
    document = read(digest("## 甲\n\n**核心洞察：**\n\n深。\n\n**内容简介：**\n- 乙"))
    assert document.stories[0].insight == "深。"
    assert document.findings == ()


def test_a_second_paragraph_of_the_insight_belongs_to_it() -> None:
    document = read(digest("## 甲\n\n**核心洞察：** 一\n二\n\n三\n**内容简介：**\n- 乙"))
    assert document.stories[0].insight == "一\n二\n\n三"
    assert [finding.line for finding in found(document, "text.unexpected")] == [6, 8]


def test_an_unknown_line_in_the_quote_costs_no_field() -> None:
    text = STORY.replace("\n\n**核心洞察", "\n> **作者：** 某人\n\n**核心洞察")
    document = read(digest(text))
    (story,) = document.stories
    assert (story.category, len(story.sources), story.insight) == ("动态", 2, "小而快。")
    assert story.blocks[0] == Block(None, (paragraph("> **作者：** 某人"),))
    assert [finding.line for finding in found(document, "text.unexpected")] == [7]


def test_text_between_the_title_and_the_quote_is_the_summary() -> None:
    document = read(digest(STORY.replace("\n\n> **分类", "\n\n一句话\n\n> **分类")))
    (story,) = document.stories
    assert (story.summary, story.category, story.insight) == ("一句话", "动态", "小而快。")
    assert [finding.line for finding in found(document, "text.unexpected")] == [5]


def test_a_story_of_plain_text_keeps_it_as_paragraphs() -> None:
    assert only_story(digest("## 甲\n\n一\n\n二")).blocks == (Block(None, (paragraph("一"), paragraph("二"))),)


def test_bullets_need_no_label_above_them() -> None:
    story = only_story(digest("## 甲\n> **分类：** 类\n注\n\n**核心洞察：** 深\n\n- 乙"))
    assert story.blocks == (Block(None, (paragraph("注"),)), Block(None, (bullet("乙"),)))


@pytest.mark.parametrize("line", ["- ", "-"])
def test_an_empty_bullet_is_kept(line: str) -> None:
    assert only_story(digest(f"## 甲\n\n- 一\n{line}\n- 二")).blocks[0].items[1] == bullet("")


@pytest.mark.parametrize(
    "line",
    [
        "一行闲话",
        "*没有空格",
        "1. 数字",
        "-没有空格",
        "***",
        "- - -\n***",
        "```",
        "### 小标题",
        "# 又一个标题",
        "##没有空格",
        "##",
        ">",
        "> 引文",
        "**半个",
        "**没有冒号**",
        "**影响**：外面的冒号",
        "<script>alert(1)</script>",
        "| 甲 | 乙 |",
        "--",
        "——",
    ],
)
def test_a_line_that_no_rule_understands_is_kept_and_reported(line: str) -> None:
    text = digest(f"{STORY}\n{line}\n- 后一条")
    document = read(text)
    number = text.split("\n").index(line.rpartition("\n")[2]) + 1
    (finding,) = found(document, "text.unexpected")
    assert (finding.line, finding.severity) == (number, Severity.WARNING)
    assert ink(write_digest(document)) == ink(text)
    assert document.stories[0].blocks[-1].items[-1] == bullet("后一条")


@pytest.mark.parametrize(
    "line",
    [
        "**分类：** 甲",
        "> 来源：甲",
        "核心洞察：甲",
        "> **分类** 甲",
        "> **核心洞察：** 甲",
        "### 内容简介",
    ],
)
def test_a_field_in_another_spelling_is_not_understood_and_never_rewritten(line: str) -> None:
    text = digest(f"## 甲\n\n{line}")
    document = read(text)
    (finding,) = document.findings
    assert finding.line == 5
    assert finding.code in {"text.unexpected", "label.unknown"}
    assert ink(write_digest(document)) == ink(text)


@pytest.mark.parametrize("end", [":**", "**:", "**："])
def test_the_colon_of_a_field_may_be_half_width_or_outside_of_the_bold(end: str) -> None:
    text = digest(STORY.replace("：**", end), STORY)
    document = read(text)
    assert document.stories == read(digest(STORY, STORY)).stories
    assert document.findings == ()
    assert ink(write_digest(document)) == ink(text)
    edited = dataclasses.replace(document, sections=(Section(stories=document.stories[:1] * 3),))
    assert read(write_digest(edited)).stories == edited.stories


def test_another_label_may_have_a_half_width_colon_and_makes_the_same_block() -> None:
    text = digest(f"{STORY}\n\n**影响:** 很大")
    document = read(text)
    assert document.stories[0].blocks[1] == Block("影响", (paragraph("很大"),))
    assert [finding.line for finding in found(document, "label.unknown")] == [14]
    assert ink(write_digest(document)) == ink(text)


@pytest.mark.parametrize("marker", ["*", "+"])
def test_a_bullet_may_be_a_star_or_a_plus_and_stays_one(marker: str) -> None:
    text = digest(f"## 甲\n\n{marker} 参数：多\n  {marker} 更多\n{marker}")
    document = read(text)
    (block,) = document.stories[0].blocks
    assert [(item.label, item.text, item.spelling) for item in block.items] == [
        ("参数", "多", marker),
        (None, "", marker),
    ]
    assert document.findings == ()
    assert ink(write_digest(document)) == ink(text)


def test_a_known_field_in_another_spelling_is_told_the_right_one() -> None:
    (finding,) = read(digest("## 甲\n\n> 分类：乙")).findings
    assert "expected '> **分类：** …'" in finding.message


def test_a_repeated_or_late_field_is_kept_as_text() -> None:
    text = digest(
        "## 甲\n\n> **来源：** [乙](https://b.example)\n> **分类：** 丙\n> **来源：** [丁](https://d.example)"
    )
    document = read(text)
    (story,) = document.stories
    assert (story.category, story.sources) == (None, (Source("乙", "https://b.example"),))
    assert [finding.line for finding in found(document, "field.misplaced")] == [6, 7]
    assert ink(write_digest(document)) == ink(text)


@pytest.mark.parametrize("line", [">", "> **作者：** 某人", "一句话", "> **分类：** 又一类"])
def test_a_line_between_category_and_sources_keeps_its_place_so_the_sources_become_text(line: str) -> None:
    text = digest(STORY.replace("\n> **来源", f"\n{line}\n> **来源"))
    document = read(text)
    (story,) = document.stories
    assert (story.category, story.sources, story.insight) == ("动态", (), "小而快。")
    assert [finding.line for finding in document.findings] == [6, 7]
    assert ink(write_digest(document)) == ink(text)


def test_a_late_insight_is_kept_as_a_block() -> None:
    document = read(digest("## 甲\n\n**内容简介：**\n- 乙\n\n**核心洞察：** 深"))
    assert document.stories[0].blocks[1] == Block("核心洞察", (paragraph("深"),))
    assert [finding.line for finding in found(document, "field.misplaced")] == [8]


@pytest.mark.parametrize("text", ["**影响：** 很大", "**影响：**\n\n很大"])
def test_an_unknown_label_makes_a_block(text: str) -> None:
    document = read(digest(f"{STORY}\n\n{text}\n\n- 乙"))
    assert document.stories[0].blocks[1] == Block("影响", (paragraph("很大"), bullet("乙")))
    assert [finding.line for finding in found(document, "label.unknown")] == [14]


def test_a_repeated_label_makes_a_second_block() -> None:
    document = read(digest(f"{STORY}\n\n**内容简介：**\n- 乙"))
    assert [block.label for block in document.stories[0].blocks] == ["内容简介", "内容简介"]
    assert [finding.line for finding in found(document, "label.repeated")] == [14]


@pytest.mark.parametrize(
    "sources",
    [
        "",
        "甲报",
        "[甲](https://a.example) 、 乙报",
        "[甲](https://a.example) 、",
        "[甲](https://a.example), [乙](https://b.example)",
        "[甲](https://a.example) [乙](https://b.example)",
        "[](https://a.example)",
        "[甲](https://a.example 题)",
    ],
)
def test_sources_that_are_not_all_links_are_kept_as_text(sources: str) -> None:
    text = digest(f"## 甲\n\n> **分类：** 乙\n> **来源：** {sources}\n\n**核心洞察：** 深")
    document = read(text)
    (story,) = document.stories
    assert (story.category, story.sources, story.insight) == ("乙", (), "深")
    assert [(finding.code, finding.line) for finding in document.findings] == [("sources.unreadable", 6)]
    assert ink(write_digest(document)) == ink(text)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://a.example", "/x"])
@pytest.mark.parametrize(
    "line", ["> **来源：** [甲]({})", "**核心洞察：** 见[甲]({})", "- 标签：见[甲]({})", "[甲]({})"]
)
def test_an_address_that_may_not_be_linked_is_an_error_and_its_text_is_kept(line: str, url: str) -> None:
    text = digest(f"## 甲\n\n{line.format(url)}")
    document = read(text)
    (finding,) = found(document, "url.refused")
    assert (finding.severity, finding.line) == (Severity.ERROR, 5)
    assert document.stories[0].sources == ()
    assert ink(write_digest(document)) == ink(text)


def test_nested_bullets_are_children_whatever_their_indents() -> None:
    text = "## 甲\n\n- 一：壹\n    - 二：贰\n       - 三\n     - 四\n - 五\n- 六\n\t- 七"
    (block,) = only_story(digest(text)).blocks
    assert block.items == (
        bullet("壹", "一", bullet("贰", "二", bullet("三"), bullet("四")), bullet("五")),
        bullet("六", None, bullet("七")),
    )


def test_text_indented_under_a_bullet_is_its_child() -> None:
    text = digest("## 甲\n\n- 一\n  续\n- 二\n\n另起")
    document = read(text)
    assert document.stories[0].blocks[0].items == (bullet("一", None, paragraph("续")), bullet("二"), paragraph("另起"))
    assert [finding.line for finding in document.findings] == [6, 9]


def test_an_ideographic_indent_is_no_nesting() -> None:
    assert only_story(digest("## 甲\n\n- 一\n　　另起")).blocks[0].items == (bullet("一"), paragraph("另起"))


def test_bullets_nested_too_deeply_stay_at_the_deepest_level() -> None:
    text = digest("## 甲\n\n" + "\n".join(f"{' ' * level}- {level}" for level in range(MAX_DEPTH + 2)))
    document = read(text)
    assert [finding.line for finding in found(document, "list.deep")] == [5 + MAX_DEPTH, 6 + MAX_DEPTH]
    assert read(write_digest(document)).stories == document.stories


def test_rules_are_dropped_wherever_they_stand() -> None:
    story = only_story(digest("---\n## 甲\n-----\n- 一\n---\n- 二\n  ---  "))
    assert story.blocks == (Block(None, (bullet("一"), bullet("二"))),)


def test_literal_signs_are_text() -> None:
    text = "小(<15B) & 涨%、[pro]、a_b_c、A|B、C# 12:30"
    document = read(digest(f"## {text}\n\n**核心洞察：** {text}\n\n- 标签：{text}\n- {text}"))
    (story,) = document.stories
    assert (story.title, story.insight) == (text, text)
    assert story.blocks[0].items == (bullet(text, "标签"), bullet(text))
    assert document.findings == ()
