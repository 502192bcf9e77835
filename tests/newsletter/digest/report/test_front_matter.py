"""The YAML in front of a report: what it gives, what is kept, what is refused."""

from __future__ import annotations

import datetime
import json

import pytest

from newsletter.digest.document import Cover, Document
from newsletter.digest.errors import DigestError
from newsletter.digest.jsonform import from_json, to_json
from newsletter.digest.reading import write_digest
from newsletter.digest.report.plain_yaml import MAX_CHARACTERS, MAX_DEPTH
from tests.newsletter.digest.report.samples import MATTER, STORY, codes, read, refused, report, with_matter

TITLE_AND_DATE = "title: 題\ndate: 2025-03-09T06:30:05+08:00\n"


def with_keys(keys: str) -> Document:
    """A report whose front matter has a title, a date, and these."""
    return read(with_matter(f"{TITLE_AND_DATE}{keys}\n"))


def test_every_field_is_read() -> None:
    document = read(report())
    assert document.title == "甲乙丙 — 2025/03/09"
    assert document.date_start == document.date_end == datetime.date(2025, 3, 9)
    assert document.generated_at is not None
    assert document.generated_at.isoformat() == "2025-03-09T06:30:05+08:00"
    assert document.cover == Cover("/images/a.png", "圖", relative=True)
    assert (document.tags, document.draft) == (("甲", "乙"), False)
    assert (document.description, document.summary) == ("一句話。", "又一句。")
    assert (document.format, document.language, document.icon) == ("report", "zh-Hant", None)
    assert document.findings == ()


def test_unknown_keys_are_kept_in_order_beside_the_known_ones() -> None:
    document = with_keys("ShowToc: true\nweight: 3\nauthor: {name: 甲, links: [乙, 丙]}\nempty:")
    assert list(document.front_matter.items()) == [
        ("title", "題"),
        ("date", "2025-03-09T06:30:05+08:00"),
        ("ShowToc", True),
        ("weight", 3),
        ("author", {"name": "甲", "links": ["乙", "丙"]}),
        ("empty", None),
    ]
    assert document.findings == ()


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2025-03-09", "2025-03-09"),
        ("2025-03-09T06:30:05+08:00", "2025-03-09T06:30:05+08:00"),
        ("no", "no"),
        ("NO", "NO"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("010", "010"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("1.10", "1.10"),
        ("1e3", "1e3"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("'5'", "5"),
        ("!!str 5", "5"),
        ("=", "="),
        ("5", 5),
        ("-5", -5),
        ("0", 0),
        ("1.5", 1.5),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("|\n  兩\n  行\n", "兩\n行\n"),
        (">-\n  一\n  行\n", "一 行"),
        ('"\\u4e2d\\t\\"x\\""', '中\t"x"'),
    ],
)
def test_values_are_what_json_can_say_and_all_else_is_text_as_written(written: str, value: object) -> None:
    document = with_keys(f"key: {written}")
    assert document.front_matter["key"] == value
    assert type(document.front_matter["key"]) is type(value)
    assert from_json(json.loads(json.dumps(to_json(document)))) == document


def test_keys_are_text_as_written() -> None:
    assert list(with_keys("1: a\ntrue: b\n'x y': c\nnull: d").front_matter) == [
        "title",
        "date",
        "1",
        "true",
        "x y",
        "null",
    ]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2025-03-09T06:30:05+08:00", "2025-03-09T06:30:05+08:00"),
        ('"2025-03-09T06:30:05+08:00"', "2025-03-09T06:30:05+08:00"),
        ("2025-03-09T22:30:05Z", "2025-03-09T22:30:05+00:00"),
        ("2025-03-09 06:30:05 -0330", "2025-03-09T06:30:05-03:30"),
        ("2025-03-09T06:30:05.123456789+08:00", "2025-03-09T06:30:05.123456+08:00"),
        ("2025-03-09t06:30+08:00", "2025-03-09T06:30:00+08:00"),
        ("2025/3/9 6:30:05 +08:00", "2025-03-09T06:30:05+08:00"),
    ],
)
def test_the_date_gives_the_day_as_written_and_the_instant(written: str, moment: str) -> None:
    document = read(with_matter(f"title: 題\ndate: {written}\n"))
    assert document.date_start == document.date_end == datetime.date(2025, 3, 9)
    assert document.generated_at is not None
    assert document.generated_at.isoformat() == moment
    assert document.findings == ()


@pytest.mark.parametrize("written", ["2025-03-09", "2025-03-09T06:30:05", "2025-03-09 06:30"])
def test_a_date_without_an_offset_is_a_day_and_no_instant(written: str) -> None:
    document = read(with_matter(f"title: 題\ndate: {written}\n"))
    assert (document.date_start, document.generated_at) == (datetime.date(2025, 3, 9), None)
    assert codes(document) == [("date.no-offset", 3)]


def test_a_folded_title_is_one_line() -> None:
    assert read(with_matter("title: >\n  甲\n  乙\ndate: 2025-03-09T06:30:05Z\n")).title == "甲 乙"


@pytest.mark.parametrize(
    ("keys", "tags"),
    [
        ("tags: [甲, 2, no, true]", ("甲", "2", "no", "true")),
        ("tags:\n- 甲\n- 乙", ("甲", "乙")),
        ("tags: []", ()),
        ("tags:", ()),
        ("", ()),
    ],
)
def test_tags_are_a_list_of_texts(keys: str, tags: tuple[str, ...]) -> None:
    document = with_keys(keys)
    assert document.tags == tags
    assert document.findings == ()


@pytest.mark.parametrize(
    "keys",
    [
        "tags: 甲",
        "tags: [[甲]]",
        "cover: /a.png",
        "cover: {alt: 圖}",
        "description: [甲]",
        "summary: {a: b}",
        "draft: maybe",
    ],
)
def test_a_value_of_another_kind_stays_in_the_front_matter_with_a_finding(keys: str) -> None:
    document = with_keys(keys)
    assert keys.split(":", maxsplit=1)[0] in document.front_matter
    assert (document.tags, document.cover, document.description, document.draft) == ((), None, None, None)
    assert codes(document) == [("front-matter.value", 4)]


def test_a_cover_needs_an_image_only_and_its_other_keys_are_kept() -> None:
    document = with_keys("cover: {image: a.png, caption: 註}")
    assert document.cover == Cover("a.png", None, None)
    assert document.front_matter["cover"] == {"image": "a.png", "caption": "註"}


def test_an_alias_stands_for_its_value() -> None:
    document = with_keys("a: &x [甲]\nb: *x")
    assert document.front_matter["b"] == ["甲"]
    assert "b: *x" in write_digest(document)


@pytest.mark.parametrize("first", ["\n\n---", "\ufeff---", "---  \t"])
def test_white_space_around_the_fences_is_nothing(first: str) -> None:
    text = report().replace("---", first, 1)
    assert read(text) == read(report())


def test_a_fence_inside_of_a_text_is_indented() -> None:
    assert with_keys("key: |\n  a\n  ---\n  b").front_matter["key"] == "a\n---\nb\n"


def test_rules_do_not_end_the_front_matter_twice() -> None:
    assert "---" not in read(report()).front_matter


# Refusals.


def matter_refused(matter: str) -> list[tuple[str, int | None]]:
    return refused(with_matter(matter))


@pytest.mark.parametrize("before", ["", "前言\n", "----\n", " ---\n"])
def test_no_front_matter(before: str) -> None:
    assert refused(f"{before}## 節\n\n{STORY}") == [("front-matter.missing", 1)]


def test_front_matter_without_an_end() -> None:
    assert refused(f"\n---\n{MATTER}\n## 節\n\n{STORY}") == [("front-matter.unclosed", 2)]


@pytest.mark.parametrize("matter", ["- 甲\n- 乙\n", "甲\n", "[甲]\n", "5\n"])
def test_front_matter_that_is_no_mapping(matter: str) -> None:
    assert matter_refused(f"# 註\n{matter}") == [("front-matter.not-a-mapping", 3)]


@pytest.mark.parametrize("matter", ["", "# 註\n", "\n\n", "{}\n", "null\n"])
def test_empty_front_matter_has_neither_title_nor_date(matter: str) -> None:
    assert matter_refused(matter) == [("title.missing", 1), ("date.missing", 1)]


@pytest.mark.parametrize("title", ["", "''", "' '", "[甲]", "{a: b}", "null"])
def test_no_title(title: str) -> None:
    assert matter_refused(f"date: 2025-03-09T06:30:05Z\ntitle: {title}\n") == [("title.missing", 3)]
    assert matter_refused("date: 2025-03-09T06:30:05Z\n") == [("title.missing", 1)]


@pytest.mark.parametrize("date", ["", "''", "null"])
def test_no_date(date: str) -> None:
    assert matter_refused(f"title: 題\ndate: {date}\n") == [("date.missing", 3)]
    assert matter_refused("title: 題\n") == [("date.missing", 1)]


@pytest.mark.parametrize(
    "date",
    [
        "2025-02-30",
        "2025-13-01T00:00:00Z",
        "2025-03-09T24:00:00Z",
        "2025-03-09T06:30:05+24:00",
        "2025-03-09T06:30:05+08:60",
        "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59-08:00",
        "20250309",
        "昨天",
        "[2025-03-09]",
        "2025-03-09 的早上",
    ],
)
def test_a_date_that_no_calendar_has(date: str) -> None:
    assert matter_refused(f"title: 題\ndate: {date}\n") == [("date.invalid", 3)]


def test_duplicate_keys_each_with_its_line_at_any_level() -> None:
    matter = f"{TITLE_AND_DATE}title: 又\ncover:\n  image: a\n  image: b\n'date': 2025-03-10\n1: a\n'1': b\n"
    assert matter_refused(matter) == [("front-matter.duplicate", line) for line in (4, 7, 8, 10)]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("a: [甲", "front-matter.invalid"),
        ("a: b: c", "front-matter.invalid"),
        ("\ta: b", "front-matter.invalid"),
        ("a: 'x", "front-matter.invalid"),
        ('a: "\\q"', "front-matter.invalid"),
        ("a: @x", "front-matter.invalid"),
        ("key", "front-matter.invalid"),
        ("a: !!python/object/apply:os.system [ls]", "front-matter.tag"),
        ("a: !!binary aGk=", "front-matter.tag"),
        ("a: !!timestamp 2025-01-01", "front-matter.tag"),
        ("a: !custom x", "front-matter.tag"),
        ("!!python/name:os x: y", "front-matter.tag"),
        ("? [a]\n: b", "front-matter.key"),
        ("<<: {a: b}", "front-matter.key"),
        ("a: *unknown", "front-matter.alias"),
        ("a: &a [*a]", "front-matter.alias"),
        (f"a: {'[' * MAX_DEPTH}{']' * MAX_DEPTH}b", "front-matter.invalid"),
        (f"a: {'[' * (MAX_DEPTH + 1)}{']' * (MAX_DEPTH + 1)}", "front-matter.deep"),
        ('a: "\\0"', "front-matter.character"),
        ('a: "\\e[31m"', "front-matter.character"),
        ('a: "\\ud83d\\ude00"', "front-matter.character"),
        ('"\\0": a', "front-matter.character"),
        ("a: \ufffe", "front-matter.character"),
        ("...\n{}", "front-matter.invalid"),
        ("--- {}", "front-matter.not-a-mapping"),
    ],
)
def test_yaml_that_is_broken_or_more_than_plain_values_is_refused_with_its_line(line: str, code: str) -> None:
    (problem,) = matter_refused(f"{TITLE_AND_DATE}{line}\n")
    assert problem[0] == code
    assert problem[1] in {4, 5}  # some faults show at the next line only


def test_aliases_that_expand_past_sense() -> None:
    laughs = "a0: &a0 [哈, 哈, 哈]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
    )
    assert matter_refused(f"{TITLE_AND_DATE}{laughs}") == [("front-matter.expands", 9)]


def test_one_long_text_under_many_aliases() -> None:
    matter = f"{TITLE_AND_DATE}a: &a {'x' * 10_000}\nb: [{', '.join(['*a'] * 100)}]\n"
    assert matter_refused(matter) == [("front-matter.expands", 5)]


def test_nesting_by_aliases() -> None:
    matter = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 40))
    assert matter_refused(f"{TITLE_AND_DATE}{matter}") == [("front-matter.deep", 3 + MAX_DEPTH)]


def test_front_matter_that_is_a_book() -> None:
    assert matter_refused(f"{TITLE_AND_DATE}a: {'x' * MAX_CHARACTERS}\n") == [("front-matter.too-large", 2)]


def test_all_problems_come_at_once_each_with_file_line_and_what_was_expected() -> None:
    with pytest.raises(DigestError) as refusal:
        read("---\ntitle:\ndate: 昨天\ntags: []\ntags: []\n---\n\n## 節\n")
    assert str(refusal.value).splitlines() == [
        "試.md:2: no title; expected 'title: …' in the front matter",
        "試.md:3: the date '昨天' is none of the calendar; expected 'date: 2025-01-31T06:30:00+08:00'",
        "試.md:5: the key 'tags' comes twice; expected every key once",
        "試.md: no story; expected a heading '### …' for each, under '## …'",
    ]


def test_the_insight_and_the_reading_hold_no_story() -> None:
    text = f"---\n{MATTER}---\n## 編輯洞察\n### 甲\n乙\n## 延伸閱讀與資源\n### 丙\n* 丁"
    assert refused(text) == [("story.missing", None)]
