from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.events.tags import DeliveryTag


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1-0-1", (1, 0, 1)),
        ("7-1204-1", (7, 1204, 1)),
        ("9223372036854775807-2147483647-32767", (2**63 - 1, 2**31 - 1, 2**15 - 1)),
    ],
)
def test_a_tag(text: str, numbers: tuple[int, int, int]) -> None:
    tag = DeliveryTag.parse(text)
    assert tag == DeliveryTag(*numbers)
    assert str(tag) == text


@pytest.mark.parametrize(
    "text",
    [
        *["", "-", "--", "1", "1-2", "1-2-", "-1-2-3", "1-2-3-4", "1--3", "a-b-c", "1-2-3x", "x1-2-3", "1_2_3"],
        *["0-2-3", "1-2-0", "01-2-3", "1-02-3", "1-2-03", "+1-2-3", "1-2- 3", " 1-2-3", "1-2-3 ", "1-2-3\n", "1.0-2-3"],
        *[
            "１-2-3",
            "1-٢-3",
            "9223372036854775808-2-3",
            "1-2147483648-3",
            "1-2-32768",
            "1-2-99999",
            "9" * 5000 + "-2-3",
        ],
    ],
)
def test_what_is_no_tag(text: str) -> None:
    assert DeliveryTag.parse(text) is None


@given(st.integers(1, 2**63 - 1), st.integers(0, 2**31 - 1), st.integers(1, 2**15 - 1))
def test_every_tag_of_the_ledger_survives(campaign: int, position: int, attempt: int) -> None:
    tag = DeliveryTag(campaign, position, attempt)
    assert DeliveryTag.parse(str(tag)) == tag


@given(st.text(alphabet="0123456789-", max_size=60))
def test_each_tag_has_one_spelling(text: str) -> None:
    tag = DeliveryTag.parse(text)
    assert tag is None or str(tag) == text
