"""The fields that a story ends with, and what may go wrong with them."""

from __future__ import annotations

import pytest

from newsletter.digest.document import Block, Item, ItemType, Source, Story
from newsletter.digest.reading import write_digest
from newsletter.digest.report.blocks import FIELDS_PLACE
from tests.newsletter.digest.report.samples import codes, read, story_report
from tests.newsletter.digest.samples import ink

SUMMARY = ("**核心摘要**", "一。", "")
ENTITIES, IMPORTANCE, SOURCES = "**關鍵實體**：甲、乙", "**重要性**：高", "**來源**： [來源1](https://a.example)"
WHOLE = (("甲", "乙"), "高", (Source("來源1", "https://a.example"),))


def story_of(*lines: str, found: list[str] | None = None) -> Story:
    """The story of these lines, which must come back; ``found``: the codes of what is said of it."""
    text = story_report(*SUMMARY, *lines)
    document = read(text)
    assert [code for code, _ in codes(document)] == (found or [])
    written = write_digest(document)
    assert ink(written) == ink(text)
    assert codes(read(written)) == [] or found
    return document.stories[0]


def fields_of(story: Story) -> tuple[tuple[str, ...], str | None, tuple[Source, ...]]:
    return story.entities, story.importance, story.sources


def texts(block: Block) -> list[str]:
    return [item.text for item in block.items]


@pytest.mark.parametrize("gap", [[], [""], ["---"]])
def test_three_fields_in_their_order(gap: list[str]) -> None:
    assert fields_of(story_of(ENTITIES, *gap, IMPORTANCE, *gap, SOURCES)) == WHOLE


@pytest.mark.parametrize(
    ("line", "entities"),
    [
        ("**關鍵實體**：甲", ("甲",)),
        ("**關鍵實體**：甲 、 乙 丙、C-3", ("甲", "乙 丙", "C-3")),
        ("**關鍵實體**：甲，乙、Apple, Inc.、a_b、[x]、*z*", ("甲，乙", "Apple, Inc.", "a_b", "[x]", "*z*")),
        ("**關鍵實體**：模型：一、模型：二", ("模型：一", "模型：二")),
    ],
)
def test_entities_are_separated_by_enumeration_commas(line: str, entities: tuple[str, ...]) -> None:
    assert story_of(line).entities == entities


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("**來源**：[甲](https://a.example)", ["甲"]),
        ("**來源**： [甲](https://a.example)、[乙](https://b.example/x_(y))", ["甲", "乙"]),
        ("**來源**： [甲](https://a.example), [乙](https://b.example) ，[丙](https://c.example)", ["甲", "乙", "丙"]),
        ("**來源**： [甲](https://a.example) [乙](https://b.example)", ["甲", "乙"]),
        ("**來源**： [甲](https://a.example) | [甲](https://a.example)", ["甲", "甲"]),
        ("**來源**： [[甲] 乙](mailto:a@b.example)", ["[甲] 乙"]),
    ],
)
def test_sources_are_links_whatever_separates_them(line: str, names: list[str]) -> None:
    assert [source.name for source in story_of(line).sources] == names


@pytest.mark.parametrize("colon", ["**：", "**:", "：**", ":**", "** ："])
def test_fields_with_another_colon_are_understood_and_come_back(colon: str) -> None:
    assert fields_of(story_of(*(line.replace("**：", colon) for line in (ENTITIES, IMPORTANCE, SOURCES)))) == WHOLE


def test_an_empty_importance_is_not_a_missing_one() -> None:
    assert story_of("**重要性**：").importance == ""


def test_the_importance_may_go_on_below() -> None:
    story = story_of(ENTITIES, "**重要性**：高，  ", "而且急。", SOURCES)
    assert fields_of(story) == (WHOLE[0], "高，\n而且急。", WHOLE[2])


def test_the_importance_may_begin_under_its_label() -> None:
    assert fields_of(story_of(ENTITIES, "**重要性**：  ", "高", SOURCES)) == WHOLE


@pytest.mark.parametrize(
    "line",
    [
        "**關鍵實體**：",
        "**關鍵實體**：甲、",
        "**關鍵實體**：甲、、乙",
        "**來源**：",
        "**來源**：甲報",
        "**來源**： [甲](https://a.example)、乙報",
        "**來源**： [甲](https://a.example)、",
        "**來源**： [](https://a.example)",
        "**來源**： https://a.example",
    ],
)
def test_a_field_without_a_value_of_its_kind_is_kept_as_text(line: str) -> None:
    story = story_of(line, found=["field.misplaced"])
    assert fields_of(story) == ((), None, ())


@pytest.mark.parametrize("line", ["重要性：高", "**重要性** 高", "__重要性__：高", "- **重要性**：高"])
def test_a_field_in_another_spelling_is_never_rewritten(line: str) -> None:
    text = story_report(*SUMMARY, line)
    document = read(text)
    assert document.stories[0].importance is None
    assert ink(write_digest(document)) == ink(text)


def test_a_label_of_a_field_alone_on_its_line_is_told_the_right_spelling() -> None:
    document = read(story_report(*SUMMARY, "**來源**", "", "- [甲](https://a.example)"))
    (finding,) = document.findings
    assert finding.code == "field.misplaced"
    assert "'**來源**： [來源1](https://…)'" in finding.message


def test_of_fields_out_of_order_the_run_with_the_sources_counts() -> None:
    story = story_of(IMPORTANCE, ENTITIES, SOURCES, found=["field.misplaced"])
    assert fields_of(story) == (WHOLE[0], None, WHOLE[2])
    assert texts(story.blocks[0]) == ["一。", "**重要性**：高"]


def test_a_strange_line_between_the_fields_costs_no_source() -> None:
    story = story_of(ENTITIES, IMPORTANCE, "", "**影響範圍**：全球", SOURCES, found=["field.misplaced"] * 2)
    assert fields_of(story) == ((), None, WHOLE[2])
    assert texts(story.blocks[0]) == ["一。", f"{ENTITIES}\n{IMPORTANCE}", "**影響範圍**：全球"]


def test_a_strange_line_behind_the_fields_is_kept_behind_them() -> None:
    story = story_of(ENTITIES, IMPORTANCE, SOURCES, "", "後記。", found=["text.misplaced"])
    assert fields_of(story) == WHOLE
    assert story.blocks[1:] == (FIELDS_PLACE, Block(None, (Item(ItemType.PARAGRAPH, "後記。"),)))


def test_blocks_behind_the_fields_are_kept_behind_them() -> None:
    story = story_of(ENTITIES, SOURCES, "", "**應用場景**", "- 甲", found=["text.misplaced"] * 2)
    assert [block.label for block in story.blocks] == ["核心摘要", None, "應用場景"]
    assert story.blocks[1] == FIELDS_PLACE


def test_a_repeated_field_is_kept_as_text() -> None:
    story = story_of(ENTITIES, IMPORTANCE, SOURCES, SOURCES, found=["text.misplaced"])
    assert fields_of(story) == WHOLE
    assert texts(story.blocks[2]) == [SOURCES]
