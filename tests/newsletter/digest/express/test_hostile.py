"""Hostile input costs time in proportion to its size. The bounds are wide: a quadratic parser misses them by far."""

from __future__ import annotations

import time

import pytest

from newsletter.digest.decoding import MAX_BYTES
from newsletter.digest.document import Document
from newsletter.digest.errors import DigestError
from newsletter.digest.findings import MAX_FINDINGS
from newsletter.digest.inline import MAX_INLINE, to_html
from newsletter.digest.reading import parse_digest
from tests.newsletter.digest.samples import TITLE

UNITS = [
    "[",
    "**",
    "- ",
    "- \n",
    ">",
    ">\n",
    "\n",
    " ",
    "`",
    "[a](",
    "[a](b) ",
    "](   ",
    "x\n",
    "#",
    "# \n",
    "：",
    "2025年1月",
    "<a:",
    "\\",
    "🤖",
]
SECONDS = 40


def read(text: str) -> Document | None:
    try:
        return parse_digest(text.encode(), "x")
    except DigestError:
        return None


@pytest.mark.parametrize("unit", ["[", "- \n", "[a](b)"])
def test_two_mebibytes_take_seconds(unit: str) -> None:
    head = f"{TITLE}\n\n## 题\n\n"
    body = unit * ((MAX_BYTES - len(head.encode())) // len(unit.encode()))
    started = time.process_time()
    read(head + body)
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize(
    "head", [f"{TITLE}\n\n## 题\n\n", "# ", f"{TITLE}\n\n## 题\n\n- ", f"{TITLE}\n## 题\n\n> **来源：** "]
)
@pytest.mark.parametrize("unit", UNITS)
def test_work_grows_with_the_input_and_no_faster(unit: str, head: str) -> None:
    small, large = (head + unit * (size // len(unit)) for size in (5_000, 80_000))
    started = time.process_time()
    read(small)
    between = time.process_time()
    read(large)
    # Sixteen times the input; 256 times the work would be quadratic. The constant forgives a busy machine.
    assert time.process_time() - between < 64 * (between - started) + 2


@pytest.mark.parametrize("unit", ["[", "![", "[a](", "**a", "**[", "`", "<a:b ", "[**a**](", "\\"])
def test_rendering_one_hostile_text_takes_a_moment(unit: str) -> None:
    started = time.process_time()
    to_html(unit * (MAX_INLINE // len(unit)))
    assert time.process_time() - started < 3


def test_findings_are_counted_when_they_are_too_many_to_list() -> None:
    document = read(f"{TITLE}\n\n## 题\n\n" + "闲话\n" * (MAX_FINDINGS + 7))
    assert document is not None
    assert len(document.findings) == MAX_FINDINGS + 1
    assert document.findings[-1].message == "7 more findings are not listed"


def test_a_line_too_long_for_inline_markup_is_reported() -> None:
    document = read(f"{TITLE}\n\n## 题\n\n- {'字' * MAX_INLINE}")
    assert document is not None
    assert [(finding.code, finding.line) for finding in document.findings] == [("text.long", 5)]
