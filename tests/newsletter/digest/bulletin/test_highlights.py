from __future__ import annotations

import pytest

from newsletter.digest.document import Highlight, Severity
from newsletter.digest.reading import write_digest
from tests.newsletter.digest.bulletin.samples import digest, reports
from tests.newsletter.digest.samples import found, ink, read


def highlights_of(
    *lines: str, heading: str = "## ⚡ 本期速览"
) -> tuple[tuple[Highlight, ...], list[tuple[str, int | None]]]:
    """The highlights that these lines give, the first of them in line 5, and the reports; nothing may be lost."""
    text = digest(highlights="\n".join([heading, "", *lines]))
    document = read(text)
    written = write_digest(document)
    assert ink(written) == ink(text)
    assert read(written).highlights == document.highlights
    return document.highlights, reports(document)


@pytest.mark.parametrize(
    ("line", "highlight"),
    [
        ("- **[模型]** **小模型**: 很小", Highlight("小模型", "模型", "很小")),
        ("- **[模型]** **A | B**: 很小", Highlight("A | B", "模型", "很小")),
        ("- **[模型]** **Ships: A “B” Story**: 一：二: 三", Highlight("Ships: A “B” Story", "模型", "一：二: 三")),
        ("-  **[A/B 类]**  **小 模型** :很小", Highlight("小 模型", "A/B 类", "很小")),
        (
            "- **[模型]** **小模型**: **重点**与[链接](https://a.example)",
            Highlight("小模型", "模型", "**重点**与[链接](https://a.example)"),
        ),
        ("- **小模型**: 很小", Highlight("小模型", None, "很小")),
        ("- **[模型]** **小模型**", Highlight("小模型", "模型")),
        ("- **[模型]** **小模型**:", Highlight("小模型", "模型", "")),
        ("- **[模型]** **小模型**：很小", Highlight("小模型", "模型", "很小", spelling="**：")),
        ("- **[模型]** **小模型:** 很小", Highlight("小模型", "模型", "很小", spelling=":**")),
        ("* **[模型]** **小模型**: 很小", Highlight("小模型", "模型", "很小", spelling="* ")),
        ("+ **小模型**：很小", Highlight("小模型", None, "很小", spelling="+ **：")),
    ],
)
def test_a_highlight(line: str, highlight: Highlight) -> None:
    assert highlights_of(line) == ((highlight,), [])


@pytest.mark.parametrize(
    "line",
    [
        "闲话",
        "- 小模型: 很小",
        "- [模型] **小模型**: 很小",
        "- **[模型]** 小模型: 很小",
        "- **[]** **小模型**: 很小",
        "- **[模型]** **小模型** 很小",
        "- **[模型]**",
        "* 小模型: 很小",
        "-",
        "  续行",
        "> 引文",
        "#### 小标题",
    ],
)
def test_a_line_that_is_no_highlight_keeps_its_text(line: str) -> None:
    first = "- **[甲]** **乙**: 丙"
    expected = Highlight("乙", "甲", "丙")
    given = (expected, Highlight(line.strip(), spelling="line"), expected)
    assert highlights_of(first, line, first) == (given, [("highlight.unreadable", 6)])


@pytest.mark.parametrize("heading", ["## 本期速览", "## 🔥 本期速览", "## ⚡️ 本期速览"])
def test_a_heading_in_another_spelling_is_kept(heading: str) -> None:
    expected = (Highlight(heading, spelling="line"), Highlight("乙", "甲", "丙"))
    assert highlights_of("- **[甲]** **乙**: 丙", heading=heading) == (expected, [("highlights.heading", 3)])


def test_white_space_in_the_heading_changes_nothing() -> None:
    assert highlights_of("- **[甲]** **乙**: 丙", heading="##\u3000⚡本期速览 ")[1] == []


def test_a_heading_without_highlights_is_kept() -> None:
    assert highlights_of() == ((Highlight("## ⚡ 本期速览", spelling="line"),), [("highlights.empty", 3)])


def test_a_digest_may_have_none() -> None:
    assert read(digest()).highlights == ()


def test_a_refused_address_is_an_error() -> None:
    document = read(digest(highlights="## ⚡ 本期速览\n\n- **[甲]** **乙**: [丙](javascript:x)"))
    assert [(finding.severity, finding.line) for finding in found(document, "url.refused")] == [(Severity.ERROR, 5)]


def test_highlights_behind_a_section_are_read_as_one_and_reported() -> None:
    text = digest() + "\n## ⚡ 本期速览\n\n- **[甲]** **乙**: 丙\n"
    document = read(text)
    assert document.highlights == ()
    assert [section.title for section in document.sections] == ["模型", "⚡ 本期速览"]
    assert [finding.severity for finding in found(document, "part.misplaced")] == [Severity.ERROR]
    assert ink(write_digest(document)) == ink(text)
