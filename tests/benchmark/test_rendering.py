"""The benchmark runs and its parts add up; what they come to is no test's business."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmark.rendering import STAGES, measure

SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("*-*.md"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_stage_is_seen_and_the_stages_are_the_whole(path: Path) -> None:
    timing = measure(path, runs=1)
    assert set(timing.stages_ms) == {*STAGES, "parse", "other"}
    assert all(timing.stages_ms[name] > 0 for name in STAGES)
    assert sum(timing.stages_ms.values()) == pytest.approx(timing.total_ms)
    assert timing.html_bytes > 10_000
