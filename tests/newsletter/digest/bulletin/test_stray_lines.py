"""A line that belongs nowhere costs no field, wherever it stands."""

from __future__ import annotations

import pytest

from tests.newsletter.digest.bulletin.samples import WHOLE
from tests.newsletter.digest.samples import read


def with_line(extra: str, position: int) -> str:
    lines = WHOLE.split("\n")
    return "\n".join([*lines[:position], extra, *lines[position:]])


LABEL_ALONE = WHOLE[: WHOLE.index("只看近处")].count("\n")
POSITIONS = range(1, WHOLE.count("\n") + 1)


@pytest.mark.parametrize("position", POSITIONS)
def test_a_line_that_belongs_nowhere_is_reported_wherever_it_stands_and_costs_no_field(position: int) -> None:
    document = read(with_line("闲话", position))
    lines = {finding.line for finding in document.findings}
    # Between a label and the text under it, the line parts them, and the text belongs nowhere either.
    assert lines == {position + 1} or (lines == {position + 1, position + 2} and position == LABEL_ALONE)
    story, whole = document.stories[-1], read(WHOLE).stories[0]
    assert (story.title, story.primary_link, story.summary) == (whole.title, whole.primary_link, whole.summary)
    assert story.links == whole.links
    assert [block.label for block in story.blocks if block.label] == [block.label for block in whole.blocks]
    assert set(read(WHOLE).highlights) <= set(document.highlights)
    assert [group.title for group in document.reading if group.title] == ["论文"]
