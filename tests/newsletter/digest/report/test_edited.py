"""Front matter comes back letter by letter; what was edited is written anew, and nothing beside it."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from newsletter.digest.document import Cover, Document
from newsletter.digest.errors import UnwritableDigest
from newsletter.digest.jsonform import from_json, to_json
from newsletter.digest.reading import without_findings, write_digest
from tests.newsletter.digest.report.samples import read, with_matter

# Comments, quotes, an odd order, an alias, blank lines: none of it would survive being dumped.
QUAINT = """# 由工具產生
"title": '題：甲'   # 標題

tags: [ 甲,  乙 ]
# 日期
date:   2025-03-09T06:30:05+08:00
weight: 0x10
cover: &cover
    image: "a.png"
    caption: 註
again: *cover
summary: >-
    一行
    又一行
"""


def matter_of(document: Document) -> str:
    text = write_digest(document)
    assert text.startswith("---\n")
    return text[4 : text.index("\n---\n") + 1]


def quaint() -> Document:
    return read(with_matter(QUAINT))


def test_the_text_comes_back_as_it_was() -> None:
    assert matter_of(quaint()) == QUAINT
    assert quaint().notation is not None


def test_the_text_comes_back_through_the_json_form() -> None:
    assert matter_of(from_json(to_json(quaint()))) == QUAINT


@pytest.mark.parametrize(
    ("fields", "line", "instead"),
    [
        ({"title": "新：題"}, "\"title\": '題：甲'   # 標題\n", "title: 新：題\n"),
        ({"title": "yes"}, "\"title\": '題：甲'   # 標題\n", "title: 'yes'\n"),
        ({"tags": ("甲", "no")}, "tags: [ 甲,  乙 ]\n", "tags:\n- 甲\n- 'no'\n"),
        ({"tags": ()}, "tags: [ 甲,  乙 ]\n", ""),
        ({"summary": None}, "summary: >-\n    一行\n    又一行\n", ""),
        ({"summary": "一：行"}, "summary: >-\n    一行\n    又一行\n", "summary: 一：行\n"),
        (
            {"generated_at": datetime.datetime(2025, 3, 9, 7, tzinfo=datetime.UTC)},
            "date:   2025-03-09T06:30:05+08:00\n",
            "date: 2025-03-09T07:00:00+00:00\n",
        ),
        ({"generated_at": None}, "date:   2025-03-09T06:30:05+08:00\n", "date: 2025-03-09\n"),
    ],
)
def test_an_edited_field_changes_its_own_lines_only(fields: dict[str, object], line: str, instead: str) -> None:
    edited = dataclasses.replace(quaint(), **fields)  # type: ignore[arg-type]
    matter = matter_of(edited)
    assert line in QUAINT
    assert matter == QUAINT.replace(line, instead)
    again = read(write_digest(edited))
    assert dataclasses.replace(again, front_matter={}, findings=()) == dataclasses.replace(
        edited, front_matter={}, findings=()
    )


def test_a_new_field_stands_at_the_end() -> None:
    edited = dataclasses.replace(quaint(), description="甲", draft=True)
    assert matter_of(edited) == f"{QUAINT}description: 甲\ndraft: true\n"


def test_an_edited_day_keeps_the_time() -> None:
    day = datetime.date(2025, 3, 10)
    edited = dataclasses.replace(quaint(), date_start=day, date_end=day)
    assert "date: 2025-03-10T06:30:05+08:00\n" in matter_of(edited)


def test_an_edited_cover_keeps_its_other_keys_even_where_an_alias_stood_for_them() -> None:
    edited = dataclasses.replace(quaint(), cover=Cover("b.png", "圖", relative=False))
    again = read(write_digest(edited))
    assert again.front_matter["cover"] == {"image": "b.png", "caption": "註", "alt": "圖", "relative": False}
    assert again.front_matter["again"] == {"image": "a.png", "caption": "註"}


def test_front_matter_in_braces_is_written_anew() -> None:
    document = read(with_matter("{title: 題, date: 2025-03-09T06:30:05Z, x: [1, '2']}\n"))
    edited = dataclasses.replace(document, title="新")
    assert matter_of(edited) == "title: 新\ndate: 2025-03-09T06:30:05Z\nx:\n- 1\n- '2'\n"


def test_a_document_without_its_text_is_written_from_its_values() -> None:
    document = dataclasses.replace(quaint(), notation=None)
    assert matter_of(document).startswith(
        "title: 題：甲\ntags:\n- 甲\n- 乙\ndate: 2025-03-09T06:30:05+08:00\nweight: '0x10'\n"
    )
    assert without_findings(read(write_digest(document))) == without_findings(document)


def test_a_document_without_any_front_matter_gets_one_from_its_fields() -> None:
    document = dataclasses.replace(quaint(), notation=None, front_matter={})
    again = read(write_digest(document))
    assert list(again.front_matter) == ["title", "summary", "date", "tags", "cover"]
    assert dataclasses.replace(again, front_matter={}) == document


def test_values_that_were_edited_decide_over_the_text() -> None:
    document = quaint()
    edited = dataclasses.replace(document, front_matter={**document.front_matter, "weight": 5})
    assert matter_of(edited) == QUAINT.replace("weight: 0x10", "weight: 5")


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"title": "兩\n行"}, "title"),
        ({"tags": ("甲 ",)}, "tags"),
        ({"date_end": datetime.date(2025, 3, 11)}, "date_end"),
        ({"date_start": None}, "no date"),
        ({"language": "en"}, "language"),
        ({"series": "刊"}, "series"),
        ({"title": "\ud800"}, "U\\+D800"),
        ({"front_matter": {"x": "\0"}}, "front matter|U\\+0000"),
    ],
)
def test_what_front_matter_cannot_say_is_refused_with_its_field(fields: dict[str, object], place: str) -> None:
    with pytest.raises(UnwritableDigest, match=place):
        write_digest(dataclasses.replace(quaint(), **fields))  # type: ignore[arg-type]
