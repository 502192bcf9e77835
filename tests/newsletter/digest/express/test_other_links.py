from __future__ import annotations

import dataclasses

import pytest

from newsletter.digest.document import Notation, OtherLink, Severity
from newsletter.digest.reading import write_digest
from tests.newsletter.digest.samples import STORY, digest, found, ink, read

HEADING = "## 其他相关资讯"


def with_links(*lines: str) -> str:
    return digest(STORY, rest="\n".join(["---", "", HEADING, "", *lines]))


def test_links_come_in_order_and_repeated_ones_are_kept() -> None:
    document = read(
        with_links(
            "- [甲：一](https://a.example/x_y)",
            "- [乙 [二]](https://b.example/(z))",
            "- [甲：一](https://a.example/x_y)",
        )
    )
    first = OtherLink("甲：一", "https://a.example/x_y")
    assert document.other_links == (first, OtherLink("乙 [二]", "https://b.example/(z)"), first)
    assert document.findings == ()
    assert len(document.stories) == 1


@pytest.mark.parametrize(
    "line",
    [
        "一行闲话",
        "- 没有地址",
        "* 没有地址",
        "- [](https://a.example)",
        "### 分组",
        "- [甲](https://a.example",
    ],
)
def test_a_line_without_a_link_keeps_its_text_and_has_no_address(line: str) -> None:
    text = with_links("- [甲](https://a.example)", line, "- [乙](https://b.example)")
    document = read(text)
    assert document.other_links[1] == OtherLink(line, "")
    assert [(finding.code, finding.line) for finding in document.findings] == [("link.unreadable", 19)]
    assert ink(write_digest(document)) == ink(text)


@pytest.mark.parametrize("marker", ["*", "+"])
def test_a_link_may_stand_behind_a_star_or_a_plus(marker: str) -> None:
    text = with_links(f"{marker} [甲](https://a.example) 注")
    document = read(text)
    assert document.other_links == (OtherLink("甲", "https://a.example", "注", spelling=marker),)
    assert ink(write_digest(document)) == ink(text)


def test_an_address_that_may_not_be_linked_is_an_error() -> None:
    text = with_links("- [甲](javascript:alert(1))")
    document = read(text)
    assert document.other_links == (OtherLink("- [甲](javascript:alert(1))", ""),)
    (finding,) = found(document, "url.refused")
    assert (finding.severity, finding.line) == (Severity.ERROR, 18)
    assert ink(write_digest(document)) == ink(text)


def test_text_behind_a_link_is_its_note() -> None:
    text = with_links("- [甲](https://a.example) — 值得一读")
    document = read(text)
    assert document.other_links == (OtherLink("甲", "https://a.example", note="— 值得一读"),)
    assert [finding.line for finding in found(document, "text.unexpected")] == [18]
    assert ink(write_digest(document)) == ink(text)


def test_a_heading_without_links_stays_as_text() -> None:
    text = with_links()
    document = read(text)
    assert document.other_links == ()
    assert len(document.stories) == 1
    assert [finding.line for finding in found(document, "links.empty")] == [16]
    assert ink(write_digest(document)) == ink(text)


@pytest.mark.parametrize("above", [0, 1])
def test_other_links_before_a_story_are_reported_and_stay_there(above: int) -> None:
    parts = [STORY] * above + [f"{HEADING}\n\n- [甲](https://a.example)", "## 写在最后\n\n明天见。"]
    text = digest(*parts)
    document = read(text)
    assert document.other_links == (OtherLink("甲", "https://a.example"),)
    assert [story.title for story in document.stories] == ["甲厂开源小模型"] * above + ["写在最后"]
    (finding,) = found(document, "links.misplaced")
    assert finding.severity is Severity.WARNING
    assert text.splitlines()[(finding.line or 0) - 1] == HEADING
    assert ink(write_digest(document)) == ink(text)


def test_of_two_lists_of_other_links_the_first_is_read_as_a_story_and_an_error() -> None:
    text = digest(f"{HEADING}\n\n- [甲](https://a.example)", f"{HEADING}\n\n- [乙](https://b.example)", STORY)
    document = read(text)
    assert document.other_links == (OtherLink("乙", "https://b.example"),)
    assert [story.title for story in document.stories] == ["其他相关资讯", "甲厂开源小模型"]
    assert [finding.severity for finding in found(document, "links.misplaced")] == [Severity.ERROR, Severity.WARNING]
    assert ink(write_digest(document)) == ink(text)


def test_a_place_that_does_not_fit_any_more_is_the_end() -> None:
    text = digest(STORY, rest=f"---\n\n{HEADING}\n\n- [甲](https://a.example)")
    for mark in ("7", "x", "-1", "²"):
        moved = dataclasses.replace(read(text), notation=Notation(marks=(mark,)))
        assert ink(write_digest(moved)) == ink(text)
