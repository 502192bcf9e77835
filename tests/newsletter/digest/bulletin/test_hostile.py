"""Hostile input costs time in proportion to its size. The bounds are wide: a quadratic parser misses them by far.

It is the processor's time, which other work on the machine does not stretch.
"""

from __future__ import annotations

import itertools
import time

import pytest

from newsletter.digest.decoding import MAX_BYTES
from newsletter.digest.document import Document
from newsletter.digest.errors import DigestError
from newsletter.digest.reading import parse_digest
from tests.newsletter.digest.bulletin.samples import TITLE

STORY = f"{TITLE}\n\n## 1. 节\n\n### **题**\n\n"
HEADS = [STORY, "# ", f"{TITLE}\n\n## ⚡ 本期速览\n\n- ", f"{STORY}- **甲**\n    - ", f"{STORY}## 拓展阅读\n\n* "]
UNITS = [
    "[",
    "**",
    "**a",
    "**[",
    "]**",
    "- ",
    "- **a**\n",
    "    - **a**\n",
    "> **概要**：\n",
    ">\n",
    "\n",
    " ",
    "[a](http://b.c) ",
    "[a](http://b.c)\n",
    "[http://",
    "](http:// ",
    "/10.1234/1",
    "x\n",
    "### x\n",
    "## x\n",
    "# \n",
    "`[2025-01-02]` ",
    "(2025-01-02 至 ",
    "2025-01-02",
    "⚡",
]
SECONDS = 40


def read(text: str) -> Document | None:
    try:
        return parse_digest(text.encode(), "x")
    except DigestError:
        return None


def filled(head: str, unit: str) -> str:
    return head + unit * ((MAX_BYTES - len(head.encode())) // len(unit.encode()))


def labels() -> str:
    """As many labels as fit, each of them another."""
    text = "".join(f"**{number}**\n" for number in range(MAX_BYTES // 12))
    return STORY + text[: MAX_BYTES - len(STORY.encode())]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(filled(STORY, "[a](http://b.c) "), id="links"),
        pytest.param(filled(STORY, "### **x**\n"), id="stories"),
        pytest.param(filled(HEADS[2], "- **[甲]** **乙**: 丙\n"), id="highlights"),
        pytest.param(filled(f"{STORY}- **甲**\n", "    - **a**\n    b\n"), id="points"),
        pytest.param(labels(), id="labels"),
    ],
)
def test_two_mebibytes_take_seconds(text: str) -> None:
    started = time.process_time()
    read(text)
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize(("head", "unit"), [*itertools.product(HEADS, UNITS)])
def test_work_grows_with_the_input_and_no_faster(head: str, unit: str) -> None:
    small, large = (head + unit * (size // len(unit)) for size in (5_000, 80_000))
    started = time.process_time()
    read(small)
    between = time.process_time()
    read(large)
    # Sixteen times the input; 256 times the work would be quadratic. The constant forgives a clock of coarse ticks.
    assert time.process_time() - between < 64 * (between - started) + 2


def test_many_highlights_and_many_stories_are_not_matched_pair_by_pair() -> None:
    highlight = f"- **[甲]** **乙**: {'天地玄黄宇宙洪荒' * 20}\n"
    text = f"{TITLE}\n## ⚡ 本期速览\n{highlight * 2_000}## 1. 节\n" + f"### **题**\n{'日月盈昃' * 40}\n" * 2_000
    started = time.process_time()
    assert read(text) is not None
    assert time.process_time() - started < SECONDS
