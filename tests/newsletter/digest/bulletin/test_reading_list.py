from __future__ import annotations

import dataclasses

import pytest

from newsletter.digest.document import ReadingGroup, ReadingItem, Severity
from newsletter.digest.reading import write_digest
from tests.newsletter.digest.bulletin.samples import digest, reports
from tests.newsletter.digest.samples import found, ink, read

ITEM = ReadingItem("甲", "https://a.example", note="注")


def groups_of(*lines: str, heading: str = "## 拓展阅读") -> tuple[tuple[ReadingGroup, ...], list[str]]:
    """The groups that these lines give, and the reports; nothing may be lost."""
    text = digest(reading="\n".join([heading, "", *lines]))
    document = read(text)
    written = write_digest(document)
    assert ink(written) == ink(text)
    assert read(written).reading == document.reading
    assert len(document.stories) == 1
    return document.reading, [code for code, _ in reports(document)]


def test_groups_and_items_come_in_order() -> None:
    groups, codes = groups_of(
        "### [论文]", "* [甲](https://a.example) - 注", "", "### [行业 动态]", "* [乙 [二]](https://b.example/(z))"
    )
    assert groups == (
        ReadingGroup("论文", (ITEM,)),
        ReadingGroup("行业 动态", (ReadingItem("乙 [二]", "https://b.example/(z)"),)),
    )
    assert codes == []


def test_an_item_may_stand_behind_a_hyphen_or_a_plus() -> None:
    groups, codes = groups_of("### [组]", "- [甲](https://a.example) - 注", "+ [甲](https://a.example) - 注")
    assert groups[0].items == tuple(dataclasses.replace(ITEM, spelling=marker) for marker in "-+")
    assert codes == []


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("* [甲](https://a.example) - 注", "注"),
        ("* [甲](https://a.example)-注", "注"),
        ("* [甲](https://a.example) - 一 - 二", "一 - 二"),
        ("* [甲](https://a.example) -", ""),
        ("* [甲](https://a.example)", None),
    ],
)
def test_the_note_of_an_item(line: str, note: str | None) -> None:
    assert groups_of("### [组]", line) == (
        (ReadingGroup("组", (ReadingItem("甲", "https://a.example", note=note),)),),
        [],
    )


def test_a_link_whose_words_are_its_address_is_kept_and_reported() -> None:
    url = "https://a.example/1"
    groups, codes = groups_of("### [组]", f"* [{url}]({url}) - 注")
    assert groups[0].items == (ReadingItem(url, url, note="注"),)
    assert codes == ["link.bare"]


@pytest.mark.parametrize(
    "line",
    [
        "闲话",
        "-[甲](https://a.example) - 注",
        "*[甲](https://a.example)",
        "* 甲",
        "* [甲](https://a.example) — 注",
        "* [](https://a.example)",
        "*",
        "### 论文",
        "### []",
        "#### [论文]",
        "**标签**",
    ],
)
def test_a_line_that_is_no_item_keeps_its_text(line: str) -> None:
    groups, codes = groups_of("### [组]", line, "* [甲](https://a.example) - 注")
    assert groups == (ReadingGroup("组", (ReadingItem(text=line), ITEM)),)
    assert codes == ["reading.unreadable"]


def test_items_need_no_group() -> None:
    groups, codes = groups_of("* [甲](https://a.example) - 注", "### [组]")
    assert groups == (ReadingGroup("", (ITEM,)), ReadingGroup("组"))
    assert codes == []


def test_a_heading_with_nothing_under_it_is_kept() -> None:
    assert groups_of() == ((ReadingGroup(""),), ["reading.empty"])


@pytest.mark.parametrize("lines", [(), ("* [甲](https://a.example) - 注",), ("### [组]", "闲话")])
def test_a_heading_in_another_spelling_is_kept(lines: tuple[str, ...]) -> None:
    groups, codes = groups_of(*lines, heading="## 📚 拓展阅读")
    assert groups[0].title == ""
    assert groups[0].items[0] == ReadingItem(text="## 📚 拓展阅读")
    assert codes[0] == "reading.heading"


def test_an_address_that_may_not_be_linked_is_an_error() -> None:
    document = read(digest(reading="## 拓展阅读\n### [组]\n* [甲](javascript:x) - 注"))
    assert document.reading[0].items == (ReadingItem(text="* [甲](javascript:x) - 注"),)
    assert [finding.severity for finding in found(document, "url.refused")] == [Severity.ERROR]


def test_reading_before_a_section_is_reported_and_stays_there() -> None:
    text = digest(reading="## 拓展阅读\n### [组]\n* [甲](https://a.example) - 注\n## 2. 节\n### **题**")
    document = read(text)
    assert [group.title for group in document.reading] == ["组"]
    assert [section.title for section in document.sections] == ["模型", "节"]
    assert [finding.severity for finding in found(document, "part.misplaced")] == [Severity.WARNING]
    assert ink(write_digest(document)) == ink(text)


def test_of_two_reading_lists_the_first_is_a_section_and_an_error() -> None:
    reading = "## 拓展阅读\n### [组]\n* [甲](https://a.example) - 注\n"
    text = digest(reading=f"{reading}{reading}## 2. 节\n### **题**")
    document = read(text)
    assert [section.title for section in document.sections] == ["模型", "拓展阅读", "节"]
    assert [finding.severity for finding in found(document, "part.misplaced")] == [Severity.ERROR, Severity.WARNING]
    assert ink(write_digest(document)) == ink(text)
