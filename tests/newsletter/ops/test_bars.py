from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.ops.bars import NARROWEST, SEGMENTS, WIDTH, bar_of
from newsletter.reports.campaigns import CampaignReport

NOTHING = CampaignReport(
    **dict.fromkeys((field.name for field in dataclasses.fields(CampaignReport)), 0)  # type: ignore[arg-type]
)
NAMES = [name for name, _label in SEGMENTS]


def report(counts: list[int]) -> CampaignReport:
    return dataclasses.replace(NOTHING, **dict(zip(NAMES, counts, strict=True)))  # type: ignore[arg-type]


@given(st.lists(st.integers(0, 5_000_000), min_size=len(NAMES), max_size=len(NAMES)).filter(any))
def test_segments_fill_the_bar_and_all_that_count_are_seen(counts: list[int]) -> None:
    bar = bar_of(report(counts))
    assert bar.recipients == sum(counts)
    assert sum(segment.width for segment in bar.segments) == WIDTH
    for before, segment in zip(bar.segments, bar.segments[1:], strict=False):
        assert segment.x == before.x + before.width
    for segment in bar.segments:
        assert segment.width >= NARROWEST if segment.count else segment.width == 0


def test_says_in_words_what_it_shows() -> None:
    bar = bar_of(dataclasses.replace(NOTHING, delivered=1200, pending=3))
    assert bar.text == "Of 1,203 recipients: 1,200 delivered, 3 pending."
    assert bar.done == 99


def test_an_empty_campaign_has_an_empty_bar() -> None:
    assert bar_of(NOTHING).text == "No recipients."


@pytest.mark.parametrize(("pending", "done"), [(1, 99), (0, 100)])
def test_is_full_only_when_all_is_done(pending: int, done: int) -> None:
    assert bar_of(dataclasses.replace(NOTHING, delivered=999_999, pending=pending)).done == done
