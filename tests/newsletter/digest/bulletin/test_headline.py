from __future__ import annotations

import datetime

import pytest

from newsletter.digest.document import Document
from newsletter.digest.errors import DigestError, InvalidDigest
from newsletter.digest.reading import parse_digest, write_digest
from tests.newsletter.digest.bulletin.samples import READING, STORY, TITLE, digest, reports
from tests.newsletter.digest.samples import ink, read


def problems(text: str) -> list[tuple[str, int | None]]:
    with pytest.raises(DigestError) as refusal:
        read(text)
    return [(problem.code, problem.line) for problem in refusal.value.problems]


def test_the_format_its_language_and_the_range() -> None:
    document = read(digest())
    assert (document.format, document.language) == ("bulletin", "zh-Hans")
    assert (document.date_start, document.date_end) == (datetime.date(2025, 3, 8), datetime.date(2025, 3, 9))


@pytest.mark.parametrize(
    ("heading", "icon", "title", "series"),
    [
        ("试刊 (2025-03-08 至 2025-03-09)", None, "试刊 (2025-03-08 至 2025-03-09)", "试刊"),
        ("🤖 AI 试-刊 (2025-03-08 至 2025-03-09)", "🤖", "AI 试-刊 (2025-03-08 至 2025-03-09)", "AI 试-刊"),
        ("试刊（2025-03-08至2025-03-09）", None, "试刊（2025-03-08至2025-03-09）", "试刊"),
        ("试刊 - ( 2025-3-8 至 2025-3-9 ) 春", None, "试刊 - ( 2025-3-8 至 2025-3-9 ) 春", "试刊"),
        ("(2025-03-08 至 2025-03-09)", None, "(2025-03-08 至 2025-03-09)", None),
        (
            "补 (2024-01-01 至 2024-01-02) 刊 (2025-03-08 至 2025-03-09)",
            None,
            "补 (2024-01-01 至 2024-01-02) 刊 (2025-03-08 至 2025-03-09)",
            "补 (2024-01-01 至 2024-01-02) 刊",
        ),
    ],
)
def test_icon_title_and_series(heading: str, icon: str | None, title: str, series: str | None) -> None:
    text = digest(title=f"# {heading}")
    document = read(text)
    assert (document.icon, document.title, document.series) == (icon, title, series)
    assert (document.date_start, document.date_end) == (datetime.date(2025, 3, 8), datetime.date(2025, 3, 9))
    assert ink(write_digest(document)) == ink(text)


def test_a_range_may_be_one_day() -> None:
    document: Document = read(digest(title="# 刊 (2025-03-08 至 2025-03-08)"))
    assert document.date_start == document.date_end


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("# 刊", [("date.missing", 1)]),
        ("# 刊 (2025-03-08)", [("date.missing", 1)]),
        ("# 刊 2025-03-08 至 2025-03-09", [("date.missing", 1)]),
        ("# 刊 (2025-02-30 至 2025-03-09)", [("date.invalid", 1)]),
        ("# 刊 (2025-03-08 至 2025-13-01)", [("date.invalid", 1)]),
        ("# 刊 (0000-03-08 至 2025-00-01)", [("date.invalid", 1), ("date.invalid", 1)]),
        ("# 刊 (2025-03-09 至 2025-03-08)", [("date.order", 1)]),
        ("## 刊 (2025-03-08 至 2025-03-09)", [("title.missing", 1), ("date.missing", 1)]),
        (f"前言\n{TITLE}", [("title.not-first", 1)]),
    ],
)
def test_refusals_of_the_title(title: str, expected: list[tuple[str, int]]) -> None:
    assert problems(digest(title=title)) == expected


@pytest.mark.parametrize("body", ["", READING, "## 1. 节", "## 1. 节\n\n**甲**", "## ⚡ 本期速览\n\n- **甲**: 乙"])
def test_a_digest_without_a_story_is_refused(body: str) -> None:
    assert problems(f"{TITLE}\n\n{body}") == [("story.missing", None)]


def test_all_problems_come_at_once_and_say_what_was_expected() -> None:
    with pytest.raises(InvalidDigest) as refusal:
        parse_digest("> **概要**：甲\n# 刊 (2025-03-09 至 2025-03-08)\n".encode(), "a.md")
    assert str(refusal.value).splitlines() == [
        "a.md:1: text in front of the title; expected '# 刊名 (2025-01-30 至 2025-01-31)' as the first line",
        "a.md:2: the range ends on 2025-03-08, before it starts on 2025-03-09; expected"
        " '# 刊名 (2025-01-30 至 2025-01-31)'",
        "a.md: no story; expected a heading '### **…**' for each",
    ]


def test_text_under_the_title_is_the_description_with_a_finding_for_each_line() -> None:
    text = f"{TITLE}\n导语\n\n- 条目\n## 1. 节\n{STORY}"
    document = read(text)
    assert document.description == "导语\n\n- 条目"
    assert reports(document) == [("text.unexpected", 2), ("text.unexpected", 4)]
    assert ink(write_digest(document)) == ink(text)
