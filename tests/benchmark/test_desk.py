"""The benchmark runs; what it comes to is no test's business."""

from __future__ import annotations

import pytest

from benchmark.desk import measure_pages
from benchmark.issues import make_issues
from newsletter.bootstrap import bootstrap
from newsletter.models import Issue, IssueStatus, Story

S = IssueStatus


@pytest.mark.django_db
def test_every_page_is_measured() -> None:
    make_issues(bootstrap(), 15, stories=2)
    timings = measure_pages(runs=1)
    assert [timing.page for timing in timings] == [
        *("index", "issue list", "calendar", "review", "issue form", "story form")
    ]
    assert all(timing.ms > 0 and timing.queries and timing.html_bytes > 5_000 for timing in timings)


@pytest.mark.django_db
def test_issues_are_made_whole_and_at_every_place_of_the_desk() -> None:
    make_issues(bootstrap(), 15, stories=2)
    found = list(Issue.objects.values_list("status", flat=True))
    expected = {S.DRAFT: 3, S.IN_REVIEW: 3, S.CHANGES_REQUESTED: 3, S.SENT: 6}
    assert {status: found.count(status) for status in set(found)} == expected
    assert Story.objects.count() == 30
