from __future__ import annotations

import dataclasses

import pytest

from newsletter.digest.document import BULLETED, Document, EditorInsight, InsightPart, Watchlist
from newsletter.digest.reading import write_digest
from tests.newsletter.digest.report.samples import codes, line_of, read, report
from tests.newsletter.digest.samples import ink

HEADING = "## 編輯洞察（Editor’s Insight）"


def insight_of(*lines: str, found: list[str] | None = None) -> EditorInsight:
    """The insight with these lines under its heading, which must come back; ``found``: the lines with findings."""
    text = report(rest=("\n".join([HEADING, "", *lines]),))
    document = read(text)
    assert [number for _, number in codes(document)] == [line_of(text, line) for line in found or []]
    assert ink(write_digest(document)) == ink(text)
    assert document.editor_insight is not None
    return document.editor_insight


def test_parts_of_paragraphs_and_a_watch_list() -> None:
    assert read(report()).editor_insight == EditorInsight(
        "編輯洞察",
        "Editor’s Insight",
        (InsightPart("趨勢", ("第一段。", "第二段。")), InsightPart("展望", ("第三段。",))),
        Watchlist("關注清單", ("其一", "其二")),
    )


def test_text_above_the_first_part_is_a_part_without_a_title() -> None:
    insight = insight_of("導言", "", "### 甲", "乙")
    assert insight.parts == (InsightPart(None, ("導言",)), InsightPart("甲", ("乙",)))


def test_lines_without_a_blank_one_between_them_are_one_paragraph() -> None:
    assert insight_of("### 甲", "一  ", "二", "", "三").parts == (InsightPart("甲", ("一\n二", "三")),)


def test_an_insight_may_be_its_heading_alone() -> None:
    assert insight_of() == EditorInsight("編輯洞察", "Editor’s Insight")


def test_a_watch_list_needs_no_part() -> None:
    insight = insight_of("**關注清單**：", "1. 甲")
    assert (insight.parts, insight.watchlist) == ((), Watchlist("關注清單", ("甲",)))


@pytest.mark.parametrize("label", ["**關注清單**:", "**關注清單：**", "**關注清單**", "**下週關注**："])
@pytest.mark.parametrize(
    "marks", [["1.", "2."], ["1)", "2)"], ["1、", "2、"], ["1.", "1."], ["3.", "4."], ["-", "-"], ["*", "+"]]
)
def test_other_labels_and_numbers_are_understood_and_come_back(label: str, marks: list[str]) -> None:
    insight = insight_of("### 甲", "乙", "", label, "", *(f"{mark} 項{mark}" for mark in marks))
    spelling = BULLETED if marks[0] in "-*" else None
    assert insight.watchlist == Watchlist(label.strip("*：:"), tuple(f"項{mark}" for mark in marks), spelling)
    assert insight.parts == (InsightPart("甲", ("乙",)),)


def test_an_item_may_go_on_on_the_next_line() -> None:
    insight = insight_of("**關注清單**：", "1. 甲", "   續", "", "   再續", "2. 乙", "續二")
    assert insight.watchlist == Watchlist("關注清單", ("甲\n續\n再續", "乙\n續二"))


@pytest.mark.parametrize("behind", [["", "結語。"], ["### 又一部分", "結語。"]])
def test_a_watch_list_that_is_not_the_end_is_text(behind: list[str]) -> None:
    insight = insight_of("### 甲", "**關注清單**：", "", "1. 乙", *behind, found=["1. 乙"])
    assert insight.watchlist is None
    assert insight.parts[0].paragraphs[:2] == ("**關注清單**：", "1. 乙")


def test_a_label_without_a_list_is_text() -> None:
    assert insight_of("### 甲", "**關注清單**：").parts == (InsightPart("甲", ("**關注清單**：",)),)


def test_of_two_lists_the_last_is_the_watch_list() -> None:
    insight = insight_of("**一**：", "", "1. 甲", "", "**二**：", "1. 乙", found=["1. 甲"])
    assert insight.watchlist == Watchlist("二", ("乙",))
    assert insight.parts == (InsightPart(None, ("**一**：", "1. 甲")),)


def test_markdown_that_the_format_has_not_is_kept_as_text_and_reported() -> None:
    odd = ["#### 小標題", "> 引文", "- 條目"]
    insight = insight_of("### 甲", "", *[line for each in odd for line in (each, "")], found=odd)
    assert insight.parts == (InsightPart("甲", tuple(odd)),)


def with_watchlist(*items: str) -> Document:
    document = read(report())
    assert document.editor_insight is not None
    insight = dataclasses.replace(document.editor_insight, watchlist=Watchlist("關注清單", items))
    return dataclasses.replace(document, editor_insight=insight)


def test_an_edited_watch_list_is_numbered_anew() -> None:
    assert "**關注清單**：\n\n1. 丙  \n2. 甲  \n3. 乙\n" in write_digest(with_watchlist("丙", "甲", "乙"))
