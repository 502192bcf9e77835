from __future__ import annotations

import pytest

from newsletter.digest.document import ColophonLine, Document
from newsletter.digest.reading import write_digest
from tests.newsletter.digest.report.samples import READING, STORY, codes, line_of, read, report
from tests.newsletter.digest.samples import found, ink


def colophon_of(*lines: str) -> Document:
    """The report that ends with these lines, which must come back."""
    text = report(rest=(READING, "\n".join(lines)))
    document = read(text)
    assert ink(write_digest(document)) == ink(text)
    return document


def pairs(document: Document) -> list[tuple[str, str]]:
    return [(line.label, line.value) for line in document.colophon]


def test_labels_values_and_what_they_declare() -> None:
    document = read(report())
    assert document.colophon == (
        ColophonLine("資料來源", "1 篇文章"),
        ColophonLine("分析主題", "1 個"),
        ColophonLine("資料收集時間", "過去 24 小時"),
        ColophonLine("報告生成時間", "2025/03/09 06:30:05 CST"),
    )
    assert (document.declared_articles, document.declared_topics) == (1, 1)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["*甲：一 | 乙：二 | 丙：三*"], [("甲", "一"), ("乙", "二"), ("丙", "三")]),
        (["*甲：一*", "*乙：二*"], [("甲", "一"), ("乙", "二")]),
        (["*甲: 一 | 乙：12:30*"], [("甲", "一"), ("乙", "12:30")]),
        (["*甲：一 | 自動產生 | 乙：二*"], [("甲", "一 | 自動產生"), ("乙", "二")]),
        (["*甲：*"], [("甲", "")]),
        (["*甲：一*", "", "---", "*乙：二*", "---", "---"], [("甲", "一"), ("乙", "二")]),
    ],
)
def test_entries_in_any_number_of_lines(lines: list[str], expected: list[tuple[str, str]]) -> None:
    document = colophon_of(*lines)
    assert pairs(document) == expected
    assert document.findings == ()
    assert document.keywords == ("小模型", "Scaling Law")


def test_a_line_behind_a_known_label_is_kept_without_one() -> None:
    document = colophon_of("*資料來源：1 篇*", "© 試刊", "*斜體*", "*分析主題：1 個*")
    assert pairs(document) == [("資料來源", "1 篇"), ("", "© 試刊"), ("", "*斜體*"), ("分析主題", "1 個")]
    assert [code for code, _ in codes(document)] == ["text.unexpected"] * 2


def test_italics_that_other_text_follows_are_no_colophon() -> None:
    text = report(STORY.replace("一段話。", "一段話。\n\n*註：示意*"), rest=())
    document = read(text)
    assert document.colophon == ()
    assert document.stories[0].blocks[0].items[-1].text == "*註：示意*"
    assert ink(write_digest(document)) == ink(text)


@pytest.mark.parametrize(
    "line", ["*沒有標籤*", "**資料來源：1 篇**", "資料來源：1 篇", "*甲*：*乙*", "* 甲：乙*", "*：乙*"]
)
def test_what_is_no_entry_is_no_colophon(line: str) -> None:
    assert colophon_of(line).colophon == ()


@pytest.mark.parametrize(
    ("value", "number"),
    [("19 篇文章", 19), ("共19篇", 19), ("十九篇", None), ("", None), ("1234567890 篇", None), ("3 站 19 篇", 3)],
)
def test_the_declared_number_is_the_first(value: str, number: int | None) -> None:
    assert colophon_of(f"*資料來源：{value}*").declared_articles == number


def test_a_number_that_differs_from_the_stories_is_a_finding_with_its_line() -> None:
    text = report(STORY, STORY).replace("1 篇文章 | 分析主題：1", "3 篇文章 | 分析主題：2")
    document = read(text)
    (finding,) = found(document, "count.differs")
    assert finding.line == line_of(text, "*資料來源：3 篇文章 | 分析主題：2 個*")
    assert finding.message == "資料來源 declares 3, but the report holds 2 stories"
    assert document.findings == (finding,)
