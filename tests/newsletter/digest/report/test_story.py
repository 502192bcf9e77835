"""Each trap of a story: labels, paragraphs and lists in any mix."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newsletter.digest.document import Block, Item, ItemType, Source
from newsletter.digest.outline import MAX_DEPTH
from newsletter.digest.reading import write_digest
from tests.newsletter.digest.report.samples import (
    FIELDS,
    STORY,
    codes,
    line_of,
    only_story,
    read,
    report,
    story_report,
)
from tests.newsletter.digest.samples import ink


def bullet(text: str, label: str | None = None, *children: Item) -> Item:
    return Item(ItemType.BULLET, text, label, children)


def paragraph(text: str) -> Item:
    return Item(ItemType.PARAGRAPH, text)


def blocks_of(*lines: str) -> tuple[Block, ...]:
    """The blocks of a story with these lines; they must come back, and nothing is to be said of them."""
    text = story_report(*lines)
    document = read(text)
    assert document.findings == ()
    assert ink(write_digest(document)) == ink(text)
    return document.stories[0].blocks


def test_a_whole_story_has_every_part_and_no_finding() -> None:
    story = only_story(report())
    assert story.title == "甲廠開源小模型"
    assert story.blocks == (
        Block("核心摘要", (paragraph("一段話。"),)),
        Block(
            "技術細節",
            (
                paragraph("先說一句："),
                bullet("", "架構", bullet("小而快", None, bullet("更小"))),
                bullet("沒有標籤：的一條"),
                paragraph("再說一句。"),
            ),
        ),
        Block("應用場景", (bullet("用在這裡"),)),
    )
    assert story.entities == ("甲廠", "乙（丙）", "Model_X")
    assert story.importance == "很重要。"
    assert story.sources == (Source("來源1", "https://a.example/s/x_y-1"),)
    assert (story.category, story.primary_link, story.summary, story.insight, story.links) == (None,) * 4 + ((),)
    assert read(report()).findings == ()


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: f"\ufeff{text}",
        lambda text: text.replace("\n", "  \n"),
        lambda text: text.replace("\n\n", "\t\n \u3000\n"),
        lambda text: f"{text}\n",
        lambda text: text.removesuffix("\n\n---"),
        lambda text: text.replace("\n\n---\n\n", "\n\n"),
        lambda text: text.replace("\n\n### ", "\n\n---\n\n### "),
        lambda text: text.replace("**\n", "**\n\n"),
        lambda text: text.replace("：\n- ", "：\n\n- "),
        lambda text: text.replace("\n**重要性", "\n\n**重要性").replace("\n**來源", "\n\n**來源"),
        lambda text: text.replace("**：", "** ： "),
        lambda text: text.replace("： [來源1]", "：[來源1]"),
        lambda text: text.replace("## ", "##\u3000"),
        lambda text: text.replace("（Top", " （ Top").replace("Headlines）", "Headlines ）"),
        lambda text: text.replace(") — ", ")—"),
        lambda text: text.replace("` `", "``"),
        lambda text: text.replace(" | ", "|"),
        lambda text: text.replace("\n1. ", "\n 1.   "),
    ],
)
def test_white_space_and_rules_change_nothing(change: Callable[[str], str]) -> None:
    text = report(STORY, STORY)
    assert change(text) != text
    one, other = read(change(text)), read(text)
    assert [code for code, _ in codes(one)] == [code for code, _ in codes(other)]
    assert (one.sections, one.editor_insight, one.reading) == (other.sections, other.editor_insight, other.reading)
    assert (one.keywords, one.colophon, one.title) == (other.keywords, other.colophon, other.title)


@pytest.mark.parametrize("gone", ["技術細節", "應用場景"])
def test_technical_details_and_uses_are_optional(gone: str) -> None:
    before, _, behind = STORY.partition(f"**{gone}**")
    story = before + behind[behind.index("\n**") + 1 :]
    document = read(report(story))
    assert gone not in [block.label for block in document.stories[0].blocks]
    assert len(document.stories[0].blocks) == 2
    assert document.findings == ()


@pytest.mark.parametrize("field", FIELDS.split("\n"))
def test_a_missing_field_is_no_finding(field: str) -> None:
    assert read(report(STORY.replace(field, "").rstrip())).findings == ()


def test_a_list_between_two_paragraphs() -> None:
    assert blocks_of("**技術細節**  ", "一：  ", "- 甲  ", "- 乙  ", "", "二。", "", "三。", "- 丙") == (
        Block(
            "技術細節",
            (paragraph("一："), bullet("甲"), bullet("乙"), paragraph("二。"), paragraph("三。"), bullet("丙")),
        ),
    )


def test_a_paragraph_right_under_a_list_is_none_of_its_bullets() -> None:
    assert blocks_of("**技術細節**", "- 甲", "  - 乙", "來源未公開。") == (
        Block("技術細節", (bullet("甲", None, bullet("乙")), paragraph("來源未公開。"))),
    )


def test_lines_without_a_blank_one_between_them_are_one_paragraph() -> None:
    assert blocks_of("**核心摘要**", "一  ", "二", "", "三") == (
        Block("核心摘要", (paragraph("一\n二"), paragraph("三"))),
    )


def test_a_rule_ends_a_paragraph() -> None:
    assert blocks_of("**核心摘要**", "一", "---", "二") == (Block("核心摘要", (paragraph("一"), paragraph("二"))),)


def test_text_indented_under_a_bullet_is_its_child() -> None:
    assert blocks_of("**技術細節**", "- 甲", "  續", "", "  再續", "- 乙") == (
        Block("技術細節", (bullet("甲", None, paragraph("續"), paragraph("再續")), bullet("乙"))),
    )


@pytest.mark.parametrize("margins", [(0, 2, 4), (0, 4, 8), (1, 3, 5), (0, 3, 6), (2, 4, 6)])
def test_three_levels_whatever_their_indents(margins: tuple[int, int, int]) -> None:
    lines = [f"{' ' * margin}- {level}" for level, margin in enumerate(margins)]
    assert blocks_of("**技術細節**", *lines, *lines[1:]) == (
        Block("技術細節", (bullet("0", None, bullet("1", None, bullet("2")), bullet("1", None, bullet("2"))),)),
    )


def test_bullets_nested_too_deeply_stay_at_the_deepest_level() -> None:
    text = story_report("**技術細節**", *(f"{'  ' * level}- {level}" for level in range(MAX_DEPTH + 1)))
    document = read(text)
    assert codes(document) == [("list.deep", line_of(text, f"{'  ' * MAX_DEPTH}- {MAX_DEPTH}"))]
    assert read(write_digest(document)).stories == document.stories


@pytest.mark.parametrize(
    ("line", "item"),
    [
        ("- **甲**：乙", bullet("乙", "甲")),
        ("- **甲** ： 乙：丙", bullet("乙：丙", "甲")),
        ("- **甲**：", bullet("", "甲")),
        ("- **甲：乙**：丙", bullet("丙", "甲：乙")),
        ("- **甲**", bullet("**甲**")),
        ("- **甲**乙", bullet("**甲**乙")),
        ("- 甲：乙", bullet("甲：乙")),
        ("- 見 **甲**：乙", bullet("見 **甲**：乙")),
        ("- **甲", bullet("**甲")),
        ("- ****：乙", bullet("****：乙")),
        ("-", bullet("")),
        ("- 12:30 <b>(<15B) & 100% [pro] a_b_c A|B 2*3*4", bullet("12:30 <b>(<15B) & 100% [pro] a_b_c A|B 2*3*4")),
    ],
)
def test_a_bullets_label_is_bold(line: str, item: Item) -> None:
    assert blocks_of("**技術細節**", line) == (Block("技術細節", (item,)),)


@pytest.mark.parametrize("line", ["- **甲**: 乙", "- **甲：**乙", "- **甲:** 乙", "* **甲**：乙", "+ **甲：** 乙"])
def test_other_colons_and_markers_are_understood_and_come_back(line: str) -> None:
    ((item,),) = [block.items for block in blocks_of("**技術細節**", line)]
    assert (item.type, item.label, item.text) == (ItemType.BULLET, "甲", "乙")
    assert line.replace(" ", "") in write_digest(read(story_report("**技術細節**", line))).replace(" ", "")


@pytest.mark.parametrize(
    "label", ["**核心摘要**：", "**核心摘要**:", "**核心摘要：**", "**核心摘要:**", "** 核心摘要 **"]
)
def test_a_label_may_have_a_colon(label: str) -> None:
    (block,) = blocks_of(label, "一", "", "二")
    assert (block.label, block.items) == ("核心摘要", (paragraph("一"), paragraph("二")))


@pytest.mark.parametrize("label", ["**核心摘要**：", "**核心摘要：** "])
def test_behind_a_known_label_and_a_colon_the_text_may_stand_on_the_same_line(label: str) -> None:
    (block,) = blocks_of(f"{label}一", "二", "", "- 三")
    assert (block.label, block.items) == ("核心摘要", (paragraph("一\n二"), bullet("三")))


@pytest.mark.parametrize("label", ["**影響**", "**影響**：", "**產業：影響**"])
def test_an_unknown_label_makes_a_block(label: str) -> None:
    text = report(STORY.replace(f"\n{FIELDS}", f"\n{label}\n\n很大。\n- 真的\n\n{FIELDS}"))
    document = read(text)
    (story,) = document.stories
    assert (story.blocks[3].label, story.blocks[3].items) == (
        label.strip("*："),
        (paragraph("很大。"), bullet("真的")),
    )
    assert codes(document) == [("label.unknown", line_of(text, label))]
    assert len(story.sources) == 1
    assert ink(write_digest(document)) == ink(text)


def test_an_unknown_label_with_text_behind_it_is_a_paragraph() -> None:
    assert blocks_of("**核心摘要**", "一", "", "**注意**：二") == (
        Block("核心摘要", (paragraph("一"), paragraph("**注意**：二"))),
    )


def test_a_repeated_label_makes_a_second_block() -> None:
    text = story_report("**核心摘要**", "一", "", "**核心摘要**", "二")
    document = read(text)
    assert document.stories[0].blocks == (Block("核心摘要", (paragraph("一"),)), Block("核心摘要", (paragraph("二"),)))
    assert [code for code, _ in codes(document)] == ["label.repeated"]


def test_a_label_may_have_nothing_under_it() -> None:
    assert blocks_of("**核心摘要**", "**技術細節**", "- 甲") == (Block("核心摘要"), Block("技術細節", (bullet("甲"),)))


def test_text_under_no_label_is_kept_without_one() -> None:
    text = story_report("散文", "", "**核心摘要**", "一")
    document = read(text)
    assert document.stories[0].blocks[0] == Block(None, (paragraph("散文"),))
    assert codes(document) == [("text.unexpected", line_of(text, "散文"))]
    assert ink(write_digest(document)) == ink(text)


def test_a_story_may_be_a_title_alone() -> None:
    (story,) = read(story_report()).stories
    assert (story.title, story.blocks) == ("題", ())


def test_stories_with_the_same_title_are_both_kept() -> None:
    assert len(read(report(STORY, STORY)).stories) == 2


@pytest.mark.parametrize(
    "line",
    [
        "# 標題",
        "#### 小標題",
        "##沒有空格",
        "###",
        "> 引文",
        "1. 數字",
        "2) 數字",
        "***",
        "___",
        "====",
        "```python",
        "~~~",
        "| 甲 | 乙 |",
        "![圖](https://a.example/x.png)",
        "<script>alert(1)</script>",
        "</div>",
        "<!-- 註 -->",
    ],
)
def test_markdown_that_the_format_has_not_is_kept_as_text_and_reported(line: str) -> None:
    text = report(STORY.replace("\n\n**技術細節", f"\n\n{line}\n\n**技術細節"))
    document = read(text)
    (story,) = document.stories
    assert story.blocks[0].items[-1] == paragraph(line)
    assert codes(document) == [("text.unexpected", line_of(text, line))]
    assert len(story.sources) == 1
    assert ink(write_digest(document)) == ink(text)


@pytest.mark.parametrize(
    "line", ["**粗體**開頭", "--", "——", "<15B 的模型", "-5 度", "*斜體*", "2025. 年", "`code`", "(註)"]
)
def test_plain_text_is_not_reported(line: str) -> None:
    assert blocks_of("**核心摘要**", line)[0].items == (paragraph(line),)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://a.example", "/x"])
@pytest.mark.parametrize(
    "line", ["**核心摘要**\n見[甲]({})", "**核心摘要**\n- [甲]({})", "**重要性**：見[甲]({})", "**來源**： [甲]({})"]
)
def test_an_address_that_may_not_be_linked_is_an_error_and_its_text_is_kept(line: str, url: str) -> None:
    text = story_report(line.format(url))
    document = read(text)
    assert ("url.refused", line_of(text, line.format(url).split("\n")[-1])) in codes(document)
    assert document.stories[0].sources == ()
    assert ink(write_digest(document)) == ink(text)
