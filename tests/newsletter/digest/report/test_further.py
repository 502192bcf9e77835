"""The last part: links, explanations, keywords."""

from __future__ import annotations

import dataclasses

import pytest

from newsletter.digest.document import Document, ReadingGroup, ReadingItem
from newsletter.digest.reading import write_digest
from tests.newsletter.digest.report.samples import codes, line_of, read, report
from tests.newsletter.digest.samples import ink

HEADING = "## 延伸閱讀與資源"


def reading_of(*lines: str, found: list[str] | None = None) -> Document:
    """The report with these lines under the heading, which must come back; ``found``: the lines with findings."""
    text = report(rest=("\n".join([HEADING, "", *lines]),))
    document = read(text)
    assert [number for _, number in codes(document)] == [line_of(text, line) for line in found or []]
    assert ink(write_digest(document)) == ink(text)
    return document


def item_of(line: str, *, odd: bool = False) -> ReadingItem:
    (group,) = reading_of("### 組", line, found=[line] if odd else []).reading
    (item,) = group.items
    return item


def test_groups_of_links_and_explanations_and_the_keywords() -> None:
    document = read(report())
    assert document.reading == (
        ReadingGroup("推薦", (ReadingItem("甲：乙", "https://b.example/(1)", "值得一讀。"),)),
        ReadingGroup(
            "背景", (ReadingItem("小模型", text="參數少。"), ReadingItem("推理（Inference）", text="用模型。"))
        ),
    )
    assert document.keywords == ("小模型", "Scaling Law")


@pytest.mark.parametrize("dash", ["—", "——", "–", "-", "－", "：", ":", "|"])
def test_any_dash_may_stand_before_the_note_and_comes_back(dash: str) -> None:
    assert item_of(f"* [甲](https://a.example) {dash} 註 — 又一註").note == "註 — 又一註"


@pytest.mark.parametrize(
    ("line", "item"),
    [
        ("* [甲](https://a.example)", ReadingItem("甲", "https://a.example")),
        ("* [甲](https://a.example) 註", ReadingItem("甲", "https://a.example", "註")),
        ("* [甲](https://a.example) —", ReadingItem("甲", "https://a.example", "")),
        (
            "* [甲](https://a.example) — 見[乙](https://b.example)",
            ReadingItem("甲", "https://a.example", "見[乙](https://b.example)"),
        ),
        ("* [甲 [乙]](https://a.example/x_(y)) — 註", ReadingItem("甲 [乙]", "https://a.example/x_(y)", "註")),
        ("* 詞：文：文", ReadingItem("詞", text="文：文")),
        ("* 詞：", ReadingItem("詞", text="")),
        ("* **詞**：文", ReadingItem("**詞**", text="文")),
        ("* 只有文字", ReadingItem(text="只有文字")),
        ("* 見 [甲](https://a.example)", ReadingItem(text="見 [甲](https://a.example)")),
        ("- [甲](https://a.example) — 註", ReadingItem("甲", "https://a.example", "註")),
        ("+ 詞：文", ReadingItem("詞", text="文")),
    ],
)
def test_an_item_is_a_link_or_an_explanation(line: str, item: ReadingItem) -> None:
    assert item_of(line) == item


@pytest.mark.parametrize("line", ["散文", "*", "1. 甲", "[甲](https://a.example) — 註", "#### 小標題", "> 引文"])
def test_a_line_that_is_no_item_is_kept_as_text_and_reported(line: str) -> None:
    assert item_of(line, odd=True) == ReadingItem(text=line)


def test_an_address_that_may_not_be_linked_is_an_error_and_its_text_is_kept() -> None:
    assert item_of("* [甲](javascript:x) — 註", odd=True) == ReadingItem(text="[甲](javascript:x) — 註")


def test_items_without_a_group_are_in_one_without_a_title() -> None:
    document = reading_of("* 甲：乙", "### 組", "* 丙：丁", found=["* 甲：乙"])
    assert [group.title for group in document.reading] == ["", "組"]


def test_a_group_may_be_empty() -> None:
    assert reading_of("### 組", "### 又一組", "* 甲").reading[0] == ReadingGroup("組")


@pytest.mark.parametrize("heading", [HEADING + "（Further Reading）", HEADING + " (Resources)"])
def test_the_heading_may_have_an_english_half(heading: str) -> None:
    text = report(rest=(f"{heading}\n\n### 組\n\n* 甲",))
    document = read(text)
    assert len(document.reading) == 1
    assert ink(write_digest(document)) == ink(text)


@pytest.mark.parametrize(
    "lines",
    [
        ["### 本日關鍵詞", "`甲` `乙 丙`"],
        ["### 今日關鍵字（Keywords）", "`甲`、`乙 丙`"],
        ["### 本日關鍵詞", "`甲`, `乙 丙`,"],
        ["### 本日關鍵詞", "`甲`", "", "`乙 丙`"],
        ["`甲` | `乙 丙`"],
    ],
)
def test_keywords_are_the_last_group_whatever_its_heading_and_separators(lines: list[str]) -> None:
    document = reading_of("### 組", "* 丁", *lines) if lines[0][0] == "#" else reading_of(*lines)
    assert document.keywords == ("甲", "乙 丙")


def test_keywords_alone_are_enough() -> None:
    document = reading_of("### 本日關鍵詞", "", "`甲`")
    assert (document.reading, document.keywords) == ((), ("甲",))


@pytest.mark.parametrize(
    "lines",
    [["### 關鍵詞", "`甲` 乙"], ["### 關鍵詞", "`甲`", "### 組", "* 乙"], ["### 關鍵詞", "`甲", ""], ["### 詞", "` `"]],
)
def test_what_is_not_all_keywords_or_not_the_end_is_text(lines: list[str]) -> None:
    document = reading_of(*lines, found=[lines[1]])
    assert document.keywords == ()
    assert document.reading[0].items == (ReadingItem(text=lines[1]),)


def test_edited_reading_is_written_with_the_formats_own_marks() -> None:
    document = reading_of("### 組", "- [甲](https://a.example) - 註", "", "### 詞", "`甲`、`乙`")
    items = (ReadingItem("新", text="文"), *document.reading[0].items, ReadingItem("丙", "https://c.example", "註"))
    edited = dataclasses.replace(document, reading=(ReadingGroup("組", items),), keywords=("丁",))
    again = read(write_digest(edited))
    assert (again.reading, again.keywords) == (edited.reading, edited.keywords)
