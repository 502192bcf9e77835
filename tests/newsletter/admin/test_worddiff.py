from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.admin.worddiff import Pieces, word_diff


def marked(pieces: Pieces) -> str:
    return "".join(f"[{piece.text}]" if piece.changed else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("before", "after", "old", "new"),
    [
        ("甲厂开源小模型", "乙厂开源大模型", "[甲]厂开源[小]模型", "[乙]厂开源[大]模型"),
        ("the quick brown fox", "the slow brown fox", "the [quick] brown fox", "the [slow] brown fox"),
        ("one two", "one two three", "one two", "one two[ three]"),
        ("", "new", "", "[new]"),
        ("old", "", "[old]", ""),
        ("same", "same", "same", "same"),
        ("alpha beta", "甲乙丙丁", "[alpha beta]", "[甲乙丙丁]"),
    ],
)
def test_marks_the_words_that_differ(before: str, after: str, old: str, new: str) -> None:
    assert tuple(map(marked, word_diff(before, after))) == (old, new)


@given(st.text("ab 甲", max_size=40), st.text("ab 甲", max_size=40))
def test_loses_no_text_and_keeps_the_same_on_both_sides(before: str, after: str) -> None:
    old, new = word_diff(before, after)
    assert "".join(piece.text for piece in old) == before
    assert "".join(piece.text for piece in new) == after
    same = ["".join(piece.text for piece in side if not piece.changed) for side in (old, new)]
    assert same[0] == same[1]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("甲" * 100_000, "乙" * 100_000),
        ("甲" * 3_000, "甲乙" * 1_500),
        ("甲乙" * 1_400, "乙丙甲" * 1_000),
        ("".join(map(chr, range(0x4E00, 0x4E00 + 3000))), "".join(map(chr, range(0x4E00 + 2999, 0x4DFF, -1)))),
    ],
)
def test_gives_up_in_time(before: str, after: str) -> None:
    start = time.process_time()
    word_diff(before, after)
    assert time.process_time() - start < 2
