"""The front door: what it refuses, and how."""

from __future__ import annotations

import dataclasses

import pytest

from newsletter.digest.document import Document, Story
from newsletter.digest.errors import DigestError, InvalidDigest, UnknownFormat, UnwritableDigest
from newsletter.digest.reading import parse_digest, write_digest
from tests.newsletter.digest.samples import STORY, TITLE, digest, read


def problems(text: str) -> list[tuple[str, int | None]]:
    with pytest.raises(DigestError) as refusal:
        read(text)
    return [(problem.code, problem.line) for problem in refusal.value.problems]


def test_all_errors_come_at_once_each_with_file_line_and_what_was_expected() -> None:
    with pytest.raises(InvalidDigest) as refusal:
        parse_digest("\n> **分类：** 甲\n".encode(), "drop/a.md")
    assert str(refusal.value).splitlines() == [
        "drop/a.md:2: no title; expected '# 🤖 刊名 - 2025年01月31日' as the first line",
        "drop/a.md:2: no date; expected it in the title, '# 🤖 刊名 - 2025年01月31日'",
        "drop/a.md: no story; expected a heading '## …' for each",
    ]


def test_no_date_and_no_story_are_both_named() -> None:
    assert problems("\n# 刊\n\n**内容简介：**\n") == [("date.missing", 2), ("story.missing", None)]


@pytest.mark.parametrize("day", ["2025年2月30日", "2025年13月01日", "0000年1月1日"])
def test_a_day_that_no_calendar_has_is_refused_with_its_line(day: str) -> None:
    assert problems(digest(title=f"# 刊 - {day}")) == [("date.invalid", 1)]


def test_other_links_alone_are_no_story() -> None:
    assert problems(f"{TITLE}\n\n## 其他相关资讯\n\n- [甲](https://a.example)\n") == [("story.missing", None)]


def test_text_in_front_of_the_title_is_refused_because_it_has_no_place() -> None:
    assert problems(f"\n前言\n\n{digest()}") == [("title.not-first", 2)]


def test_an_undecodable_file_is_named_too() -> None:
    with pytest.raises(DigestError, match=r"^b\.md:1: byte 1 "):
        parse_digest(b"\xff", "b.md")


def with_story(**fields: object) -> Document:
    document = read(digest())
    story = dataclasses.replace(document.stories[0], **fields)  # type: ignore[arg-type]
    return dataclasses.replace(document, sections=(dataclasses.replace(document.sections[0], stories=(story,)),))


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (with_story(title="两\n行"), r"stories\[0\]\.title"),
        (with_story(importance="高"), r"stories\[0\]\.importance"),
        (with_story(entities=("甲",)), r"stories\[0\]\.entities"),
        (with_story(category="甲 "), r"stories\[0\]\.category"),
        (with_story(title="其他相关资讯"), "no story"),
        (dataclasses.replace(read(digest()), tags=("甲",)), "tags"),
        (dataclasses.replace(read(digest()), language="en"), "language"),
    ],
)
def test_what_the_format_cannot_say_is_refused_with_its_field(document: Document, place: str) -> None:
    with pytest.raises(UnwritableDigest, match=place):
        write_digest(document)


def test_a_document_without_its_date_cannot_be_written() -> None:
    with pytest.raises(UnwritableDigest, match="no date"):
        write_digest(dataclasses.replace(read(digest()), title="刊"))


def test_a_document_with_half_a_surrogate_pair_cannot_be_written() -> None:
    with pytest.raises(UnwritableDigest, match="surrogate"):
        write_digest(dataclasses.replace(read(digest()), description="\ud800"))


def test_a_document_of_no_registered_format_cannot_be_written() -> None:
    with pytest.raises(UnknownFormat):
        write_digest(dataclasses.replace(read(digest()), format="gazette"))


def test_edited_text_is_written_with_its_paragraphs() -> None:
    document = with_story(insight="一。\n\n二。")
    assert "**核心洞察：** 一。\n\n二。\n**内容简介：**" in write_digest(document)


def test_a_whole_digest_is_written_back_letter_by_letter() -> None:
    text = digest(STORY, "## 乙\n\n> **分类：** 甲", rest="---\n\n## 其他相关资讯\n\n- [丙](https://c.example)")
    assert write_digest(read(text)) == text


def test_a_story_may_be_a_title_alone() -> None:
    assert read(f"{TITLE}\n## 甲").stories == (Story("甲"),)
