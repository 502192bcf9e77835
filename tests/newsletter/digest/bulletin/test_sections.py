from __future__ import annotations

import pytest

from newsletter.digest.document import Document, Section, Severity, Story
from newsletter.digest.reading import write_digest
from tests.newsletter.digest.bulletin.samples import HIGHLIGHTS, TITLE, loose, reports
from tests.newsletter.digest.samples import found, ink, read


def read_back(body: str) -> Document:
    """The document of a digest with this body, of which nothing may be lost."""
    text = f"{TITLE}\n{body}\n"
    document = read(text)
    written = write_digest(document)
    assert ink(written) == ink(text)
    assert read(written).sections == document.sections
    return document


@pytest.mark.parametrize(
    ("heading", "number", "title"),
    [
        ("1. 模型", 1, "模型"),
        ("12. A & B：甲", 12, "A & B：甲"),
        ("3.模型", 3, "模型"),
        ("1. 5 亿", 1, "5 亿"),
    ],
)
def test_the_number_is_kept_apart(heading: str, number: int, title: str) -> None:
    document = read_back(f"## {heading}\n### **甲**")
    assert document.sections == (Section(number, title, stories=(Story("甲"),)),)
    assert document.findings == ()


@pytest.mark.parametrize(
    "heading", ["模型", "01. 模型", "1.5 亿", "1、模型", "一、模型", "1．模型", "99999. 模型", "1.", "0. 模型"]
)
def test_a_heading_without_a_number_is_a_section_and_reported(heading: str) -> None:
    document = read_back(f"## {heading}\n### **甲**")
    assert document.sections == (Section(None, heading, stories=(Story("甲"),)),)
    assert reports(document) == [("section.unnumbered", 2)]


def test_numbers_are_those_that_are_printed() -> None:
    document = read_back("## 2. 甲\n### **乙**\n## 2. 丙\n### **丁**")
    assert [section.number for section in document.sections] == [2, 2]


def test_an_empty_section_is_kept_and_reported() -> None:
    document = read_back("## 1. 甲\n## 2. 丙\n### **丁**\n## 3. 戊")
    assert [len(section.stories) for section in document.sections] == [0, 1, 0]
    assert reports(document) == [("section.empty", 2), ("section.empty", 5)]


@pytest.mark.parametrize("front", ["", HIGHLIGHTS])
def test_stories_need_no_section(front: str) -> None:
    document = read_back(f"{front}\n### **甲**\n## 1. 乙\n### **丙**")
    assert document.sections == (Section(stories=(Story("甲"),)), Section(1, "乙", stories=(Story("丙"),)))


def test_text_under_a_section_is_a_story_without_a_title_and_reported() -> None:
    document = read_back("## 1. 甲\n导语\n### **乙**")
    assert document.sections[0].stories == (Story("", blocks=(loose("导语"),)), Story("乙"))
    (finding,) = found(document, "story.untitled")
    # An introduction to a section, or a closing word, must not keep an issue from being sent.
    assert (finding.severity, finding.line) == (Severity.WARNING, 3)
    assert [finding.line for finding in found(document, "text.unexpected")] == [3]
