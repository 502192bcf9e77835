"""Sections, their bilingual headings, and what stands where no rule wants it."""

from __future__ import annotations

import dataclasses

import pytest

from newsletter.digest.document import Block, Item, ItemType, Section, Severity
from newsletter.digest.reading import write_digest
from newsletter.digest.report.headings import split_heading
from tests.newsletter.digest.report.samples import (
    COLOPHON,
    INSIGHT,
    MATTER,
    READING,
    SECTION,
    STORY,
    codes,
    line_of,
    read,
    report,
)
from tests.newsletter.digest.samples import found, ink


@pytest.mark.parametrize(
    ("words", "title", "title_en"),
    [
        ("今日焦點（Top Headlines）", "今日焦點", "Top Headlines"),
        ("今日焦點 (Top Headlines)", "今日焦點", "Top Headlines"),
        ("今日焦點(Top)", "今日焦點", "Top"),
        ("模型（Model & R’s: 2.0）", "模型", "Model & R’s: 2.0"),
        ("AI（人工智慧）應用（Applications）", "AI（人工智慧）應用", "Applications"),
        ("今日焦點", "今日焦點", None),
        ("今日焦點（精選）", "今日焦點（精選）", None),
        ("今日焦點（AI 精選）", "今日焦點（AI 精選）", None),
        ("今日焦點（2025）", "今日焦點（2025）", None),
        ("今日焦點（）", "今日焦點（）", None),
        ("（Top）", "（Top）", None),
        ("今日（Top）焦點", "今日（Top）焦點", None),
        ("今日焦點（Top)", "今日焦點（Top)", None),
        ("今日焦點（Top（A））", "今日焦點（Top（A））", None),
        ("[今日焦點](Top)", "[今日焦點](Top)", None),
        ("Headlines", "Headlines", None),
    ],
)
def test_a_heading_has_two_halves_if_the_second_is_english(words: str, title: str, title_en: str | None) -> None:
    assert split_heading(words)[:2] == (title, title_en)
    text = report(section=f"## {words}")
    (section,) = read(text).sections
    assert (section.title, section.title_en, section.number) == (title, title_en, None)
    assert ink(write_digest(read(text))) == ink(text)


def test_brackets_come_back_after_the_title_was_edited() -> None:
    document = read(report(section="## 今日焦點 (Top)"))
    section = dataclasses.replace(document.sections[0], title="明日焦點")
    assert "## 明日焦點 (Top)" in write_digest(dataclasses.replace(document, sections=(section,)))


def test_half_width_brackets_on_the_insight_too() -> None:
    text = report().replace("（Editor’s Insight）", "(Editor’s Insight)")
    document = read(text)
    assert document.editor_insight is not None
    assert document.editor_insight.title_en == "Editor’s Insight"
    assert ink(write_digest(document)) == ink(text)


def test_sections_and_their_stories_come_in_order() -> None:
    text = report(f"{STORY}\n\n### 乙", "## 模型（Models）\n\n### 丙", "### 丁")
    document = read(text)
    assert [(section.title, [story.title for story in section.stories]) for section in document.sections] == [
        ("今日焦點", ["甲廠開源小模型", "乙"]),
        ("模型", ["丙", "丁"]),
    ]
    assert codes(document) == [("count.differs", line_of(text, COLOPHON.split("\n")[0]))] * 2


def test_a_section_without_a_story_is_kept_and_reported() -> None:
    text = report(STORY, "## 空（Empty）")
    document = read(text)
    assert document.sections[1] == Section(title="空", title_en="Empty")
    assert codes(document) == [("section.empty", line_of(text, "## 空（Empty）"))]
    assert ink(write_digest(document)) == ink(text)


def test_text_under_a_section_is_kept_as_a_story_without_a_title() -> None:
    text = report(section=f"{SECTION}\n\n本節導言。\n\n- 一條")
    document = read(text)
    untitled, story = document.sections[0].stories
    assert untitled.title == ""
    assert untitled.blocks == (Block(None, (Item(ItemType.PARAGRAPH, "本節導言。"), Item(ItemType.BULLET, "一條"))),)
    assert story.title == "甲廠開源小模型"
    number = line_of(text, "本節導言。")
    assert codes(document) == [("story.untitled", number), ("text.unexpected", number)]
    assert ink(write_digest(document)) == ink(text)


def test_text_and_stories_in_front_of_the_first_section_are_kept_in_one_without_a_title() -> None:
    text = report(section="前言\n\n### 散篇")
    document = read(text)
    (section,) = document.sections
    assert (section.title, section.title_en) == (None, None)
    assert [story.title for story in section.stories] == ["", "散篇", "甲廠開源小模型"]
    assert [code for code, _ in codes(document)] == [
        "section.untitled",
        "story.untitled",
        "text.unexpected",
        *["count.differs"] * 2,
    ]
    assert ink(write_digest(document)) == ink(text)


def test_an_unknown_part_is_a_section() -> None:
    text = report(STORY, "## 附錄\n\n### 更正\n\n上期有誤。")
    document = read(text)
    assert [section.title for section in document.sections] == ["今日焦點", "附錄"]
    assert document.sections[1].stories[0].blocks == (Block(None, (Item(ItemType.PARAGRAPH, "上期有誤。"),)),)
    assert document.editor_insight is not None


@pytest.mark.parametrize("gone", [INSIGHT, READING, COLOPHON])
def test_every_part_behind_the_stories_is_optional(gone: str) -> None:
    text = report(rest=tuple(part for part in (INSIGHT, READING, COLOPHON) if part != gone))
    document = read(text)
    assert (document.editor_insight is None) == (gone == INSIGHT)
    assert (document.reading == ()) == (document.keywords == ()) == (gone == READING)
    assert (document.colophon == ()) == (gone == COLOPHON)
    assert document.findings == ()
    assert ink(write_digest(document)) == ink(text)


@pytest.mark.parametrize(
    "rest",
    [(READING, INSIGHT), (INSIGHT, INSIGHT), (READING, READING), (INSIGHT, "## 附錄\n\n### 甲\n\n乙", READING)],
)
def test_a_part_out_of_its_place_is_read_as_a_section_and_is_an_error(rest: tuple[str, ...]) -> None:
    text = report(rest=rest)
    document = read(text)
    errors = [finding for finding in found(document, "part.misplaced") if finding.severity is Severity.ERROR]
    assert len(errors) == 1
    assert ink(write_digest(document)) == ink(text)


@pytest.mark.parametrize("parts", [(INSIGHT, READING), (INSIGHT,), (READING,)])
@pytest.mark.parametrize("ending", [(), (COLOPHON,)])
def test_sections_behind_the_edited_parts_are_reported_and_stay_there(
    parts: tuple[str, ...], ending: tuple[str, ...]
) -> None:
    text = report(rest=(*parts, "## 附錄\n\n### 甲\n\n乙", "## 讀者來信\n\n謝謝。", *ending))
    document = read(text)
    assert (document.editor_insight is not None, bool(document.reading)) == (INSIGHT in parts, READING in parts)
    assert [section.title for section in document.sections][-2:] == ["附錄", "讀者來信"]
    assert [finding.severity for finding in found(document, "part.misplaced")] == [Severity.WARNING] * len(parts)
    assert ink(write_digest(document)) == ink(text)


def test_reading_without_a_line_is_a_section() -> None:
    text = report(rest=("## 延伸閱讀與資源",))
    document = read(text)
    assert document.reading == ()
    assert document.sections[1].title == "延伸閱讀與資源"
    assert codes(document) == [("part.misplaced", line_of(text, "## 延伸閱讀與資源"))]


def test_a_report_needs_no_section() -> None:
    text = f"---\n{MATTER}---\n\n{STORY}"
    document = read(text)
    assert len(document.stories) == 1
    assert codes(document) == [("section.untitled", line_of(text, "### 甲廠開源小模型"))]
    assert ink(write_digest(document)) == ink(text)


def test_simplified_names_stay_as_they_are() -> None:
    assert "摩尔线程、自变量" in write_digest(read(report(STORY.replace("甲廠、乙", "摩尔线程、自变量、乙"))))
