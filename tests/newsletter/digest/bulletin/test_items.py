"""The lists of a story: two margins, and labels in every spelling."""

from __future__ import annotations

import pytest

from newsletter.digest.document import Item
from newsletter.digest.outline import MAX_DEPTH
from newsletter.digest.reading import without_findings, write_digest
from tests.newsletter.digest.bulletin.samples import bullet, items_of, only_story, paragraph, reports, story_of
from tests.newsletter.digest.samples import ink, read

FOUR = ("- **甲**", "    - **乙**：丙", "    - **丁**：戊")
FIVE = (" - **甲**", "     - **乙**：丙", "     - **丁**：戊")


@pytest.mark.parametrize("lines", [FOUR, FIVE, ("- **甲**", "\t- **乙**：丙", "\t- **丁**：戊")])
def test_either_margin_nests(lines: tuple[str, ...]) -> None:
    assert items_of(*lines) == (bullet("", "甲", bullet("丙", "乙"), bullet("戊", "丁")),)


@pytest.mark.parametrize("indent", ["    ", "     "])
def test_the_text_of_a_label_may_stand_on_the_next_equally_indented_line(indent: str) -> None:
    margin = indent[4:]
    text = story_of(
        f"{margin}- **甲**", f"{indent}- **乙**", f"{indent}丙。", f"{indent}- **丁**：戊", f"{margin}- **己**"
    )
    document = read(text)
    (block,) = document.stories[0].blocks
    assert block.items == (bullet("", "甲", bullet("丙。", "乙", spelling="**"), bullet("戊", "丁")), bullet("", "己"))
    assert document.findings == ()


def test_both_spellings_export_without_a_colon_invented_or_lost() -> None:
    text = story_of("- **甲**", "    - **乙**", "    丙。", "    - **丁**：戊")
    written = write_digest(read(text))
    assert "    - **乙**\n    丙。\n    - **丁**：戊\n" in written
    assert read(written) == read(text)


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\n---\n", "\n      ", "  \n\t"])
def test_white_space_around_a_text_below_its_label_changes_nothing(gap: str) -> None:
    text = story_of("- **甲**", f"    - **乙**{gap}    丙。")
    assert read(text) == read(story_of("- **甲**", "    - **乙**", "    丙。"))


@pytest.mark.parametrize(
    ("line", "item"),
    [
        ("- **甲**：乙", bullet("乙", "甲")),
        ("- **甲** ： 乙：丙", bullet("乙：丙", "甲")),
        ("- **甲：乙**：丙", bullet("丙", "甲：乙")),
        ("- **A*搜索**：乙", bullet("乙", "A*搜索")),
        ("- **甲**: 乙", bullet("乙", "甲", spelling="**:")),
        ("- **甲：**乙", bullet("乙", "甲", spelling="：**")),
        ("- **甲:** 乙", bullet("乙", "甲", spelling=":**")),
        ("- **甲**：", bullet("", "甲", spelling="**：")),
        ("- **甲：**", bullet("", "甲", spelling="：**")),
        ("- **甲：** ：乙", bullet("乙", "甲：")),
        ("- **甲**", bullet("", "甲")),
        ("- 甲：乙", bullet("甲：乙")),
        ("- **重点**在后面", bullet("**重点**在后面")),
        ("- **一** **二**：三", bullet("**一** **二**：三")),
        ("- ***甲***：乙", bullet("***甲***：乙")),
        ("- **半个：乙", bullet("**半个：乙")),
        ("- ****：乙", bullet("****：乙")),
        ("-", bullet("")),
        ("- (<15B) & 涨%、[pro]、a_b_c、A|B 12:30", bullet("(<15B) & 涨%、[pro]、a_b_c、A|B 12:30")),
    ],
)
def test_the_label_of_a_bullet(line: str, item: Item) -> None:
    text = story_of(line)
    document = read(text)
    assert document.stories[0].blocks[0].items == (item,)
    assert document.findings == ()
    assert ink(write_digest(document)) == ink(text)


@pytest.mark.parametrize("marker", ["*", "+"])
@pytest.mark.parametrize("closing", ["**：", "**:", "：**", ":**"])
def test_a_bullet_may_be_a_star_or_a_plus_and_stays_one(marker: str, closing: str) -> None:
    text = story_of(
        f"{marker} **甲**", f"    {marker} **乙{closing}丙", f"    {marker} **丁**", "    戊", f"{marker} 己"
    )
    document = read(text)
    first, last = document.stories[0].blocks[0].items
    assert [(item.label, item.text) for item in (first, *first.children, last)] == [
        ("甲", ""),
        ("乙", "丙"),
        ("丁", "戊"),
        (None, "己"),
    ]
    assert document.findings == ()
    assert ink(write_digest(document)) == ink(text)


@pytest.mark.parametrize("closing", ["**", "**：", "**:", "：**", ":**"])
@pytest.mark.parametrize("below", ["乙", "：乙", ":乙", "**乙**", "**乙**：丙"])
def test_a_text_below_any_label_is_its_text(closing: str, below: str) -> None:
    text = story_of("- **根**", f"    - **甲{closing}", f"    {below}", "    - **末**：了")
    document = read(text)
    (root,) = document.stories[0].blocks[0].items
    assert [(child.label, child.text) for child in root.children] == [("甲", below), ("末", "了")]
    written = write_digest(document)
    assert ink(written) == ink(text)
    assert without_findings(read(written)) == without_findings(document)


def test_a_text_below_a_label_of_the_first_level_is_read_and_reported() -> None:
    text = story_of("- **甲**", "丙。", "    - **乙**：丁")
    document = read(text)
    assert document.stories[0].blocks[0].items == (bullet("丙。", "甲", bullet("丁", "乙"), spelling="**"),)
    assert reports(document) == [("text.unexpected", 8)]
    assert read(write_digest(document)).stories == document.stories


def test_a_line_broken_behind_a_labels_colon_is_no_finding() -> None:
    text = story_of("- **甲**：", "丙。", "- **乙**：", "[丁](https://a.example)", "- 戊")
    document = read(text)
    assert document == read(story_of("- **甲**：丙。", "- **乙**：[丁](https://a.example)", "- 戊"))
    assert document.findings == ()


def test_a_second_line_below_a_label_is_kept_and_reported() -> None:
    text = story_of("- **甲**", "    - **乙**", "    丙。", "    丁。", "    - **戊**：己")
    document = read(text)
    assert document.stories[0].blocks[0].items == (
        bullet("", "甲", bullet("丙。", "乙", spelling="**"), paragraph("丁。"), bullet("己", "戊")),
    )
    assert reports(document) == [("text.unexpected", 10)]
    assert read(write_digest(document)).stories == document.stories


def test_a_less_indented_line_is_no_text_of_the_label_above() -> None:
    assert items_of("- **甲**", "    - **乙**", "丙。") == (bullet("", "甲", bullet("", "乙")), paragraph("丙。"))


@pytest.mark.parametrize(
    "line", ["闲话", "*没有空格", "1. 数字", "```", "#### 小标题", "<b>粗</b>", "| 甲 |", "--", "> 引文"]
)
def test_a_line_that_no_rule_understands_is_kept_and_reported(line: str) -> None:
    text = story_of("- **甲**：乙", line, "- **丙**：丁")
    document = read(text)
    assert document.stories[0].blocks[0].items == (bullet("乙", "甲"), paragraph(line), bullet("丁", "丙"))
    assert reports(document) == [("text.unexpected", 8)]
    assert ink(write_digest(document)) == ink(text)


def test_bold_words_under_a_bullet_are_text_and_no_label_of_a_block() -> None:
    text = story_of("- **甲**：乙", "    **粗**", "**丙**", "- 丁")
    story = only_story(text)
    assert [(block.label, block.items) for block in story.blocks] == [
        (None, (bullet("乙", "甲", paragraph("**粗**")),)),
        ("丙", (bullet("丁"),)),
    ]
    assert read(write_digest(read(text))).stories == (story,)


def test_a_third_level_is_kept_and_one_too_deep_is_reported() -> None:
    lines = [f"{' ' * level}- {level}" for level in range(MAX_DEPTH + 2)]
    document = read(story_of(*lines))
    assert reports(document) == [("list.deep", 7 + MAX_DEPTH), ("list.deep", 8 + MAX_DEPTH)]
    assert read(write_digest(document)).stories == document.stories
