"""Hostile input costs time in proportion to its size. The bounds are wide: a quadratic parser misses them by far.

What is measured is the process's own time, so that a busy machine fails no test.
"""

from __future__ import annotations

import time

import pytest

from newsletter.digest.decoding import MAX_BYTES
from newsletter.digest.document import Document
from newsletter.digest.errors import DigestError
from newsletter.digest.findings import MAX_FINDINGS
from newsletter.digest.reading import parse_digest, write_digest
from tests.newsletter.digest.report.samples import MATTER

BODY = f"---\n{MATTER}---\n\n## 節\n\n### 題\n\n"
UNITS = [
    *("[", "**", "- \n", "* \n", "\n", " ", "`a`", "[a](", "x\n", "#", "## a\n", "### a\n", "：", "**a**：\n", "**a"),
    *("(a", "1. \n", "*a：b*\n", "a：b|", "、", "---\n", "**重要性**：a\n", "[a](http://b)、"),
]
HEADS = [
    BODY,
    f"{BODY}- ",
    f"{BODY}**來源**：",
    f"{BODY}## ",
    f"{BODY}## 編輯洞察\n**關注清單**：\n1. ",
    f"{BODY}## 延伸閱讀與資源\n* ",
    f"{BODY}## 延伸閱讀與資源\n### 詞\n`a`",
    f"{BODY}*資料來源：a*\n",
]
YAML_UNITS = [
    *(
        "[",
        "{",
        "- ",
        "- \n",
        "a: ",
        "? ",
        "&a ",
        "*a ",
        "!",
        "'",
        '"',
        "x",
        "\n",
        " ",
        "#",
        ",",
        "[a,",
        "{a: ",
        "|\n ",
    ),
    *("a: b\n", "- a\n", "\\", "%", "é", "\u2028", "a\n\n", "&a [*a]\n"),
]
YAML_HEADS = ["---\n", f"---\n{MATTER}k: ", f"---\n{MATTER}k: ["]
YAML_TAIL = "\n---\n## 節\n### 題\n"
SECONDS = 40


def read(text: str) -> Document | None:
    try:
        return parse_digest(text.encode(), "x")
    except DigestError:
        return None


def filled(head: str, unit: str, tail: str = "") -> str:
    """Two MiB of this unit."""
    return head + unit * ((MAX_BYTES - len((head + tail).encode())) // len(unit.encode())) + tail


def grows_with_its_input(head: str, unit: str, tail: str = "") -> None:
    small, large = (head + unit * (size // len(unit)) + tail for size in (2_000, 32_000))
    started = time.process_time()
    read(small)
    between = time.process_time()
    read(large)
    # Sixteen times the input; 256 times the work would be quadratic. The constant forgives the clock's grain.
    assert time.process_time() - between < 64 * (between - started) + 1


@pytest.mark.parametrize("unit", ["[", "- \n", "**a**：\n", "*a：b*\n", "**重要性**：a\n"])
def test_two_mebibytes_take_seconds(unit: str) -> None:
    started = time.process_time()
    read(filled(BODY, unit))
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize("unit", ["[", "{a: ", "x", "- ", "&a [*a,", "\n"])
@pytest.mark.parametrize("tail", ["", YAML_TAIL])
def test_two_mebibytes_of_front_matter_take_seconds(unit: str, tail: str) -> None:
    started = time.process_time()
    assert read(filled(f"---\n{MATTER}k: ", unit, tail)) is None
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("unit", UNITS)
def test_work_grows_with_the_input_and_no_faster(unit: str, head: str) -> None:
    grows_with_its_input(head, unit)


@pytest.mark.parametrize("line", ["**a{}**\n", "**a{}**：\n- b\n", "### a{}\n", "*a{}：b*\n"])
def test_many_different_labels_take_no_more_than_many_equal_ones(line: str) -> None:
    started = time.process_time()
    read(BODY + "".join(map(line.format, range(60_000))))
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize("head", YAML_HEADS)
@pytest.mark.parametrize("unit", YAML_UNITS)
def test_work_grows_with_the_front_matter_and_no_faster(unit: str, head: str) -> None:
    grows_with_its_input(head, unit, YAML_TAIL)


@pytest.mark.parametrize("unit", YAML_UNITS)
def test_the_longest_front_matter_that_is_read_takes_a_moment(unit: str) -> None:
    started = time.process_time()
    read(f"---\n{MATTER}k: " + unit * (60_000 // len(unit)) + YAML_TAIL)
    assert time.process_time() - started < 10


@pytest.mark.parametrize("unit", ["- a\n", "* a\n", "### a\n", "**a**:\n", "a\n\n"])
def test_writing_a_large_document_takes_seconds(unit: str) -> None:
    document = read(BODY + unit * 10_000)
    assert document is not None
    started = time.process_time()
    write_digest(document)
    assert time.process_time() - started < SECONDS


def test_findings_are_counted_when_they_are_too_many_to_list() -> None:
    document = read(BODY + "> 引文\n" * (MAX_FINDINGS + 7))
    assert document is not None
    assert len(document.findings) == MAX_FINDINGS + 1
    assert document.findings[-1].message == "7 more findings are not listed"
