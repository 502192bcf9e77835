from __future__ import annotations

import datetime

import pytest

from newsletter.preflight.findings import Severity
from newsletter.preflight.inspected import EarlierIssue
from tests.newsletter.preflight.subjects import DAY, codes, document, inspected, of_code, places

NEXT = DAY + datetime.timedelta(days=1)


class TestTheDateInTheTitle:
    @pytest.mark.parametrize(
        "title",
        [
            "速递 - 2025年11月27日",
            "速递 2025 年 11 月 27 日",
            "速递 2025-11-27",
            "速递 2025/11/27",
            "速递 2025.11.27",
            "没有日期的速递",
            "速递 第2025期",
            "编号 12025-11-28",
        ],
    )
    def test_that_agrees(self, title: str) -> None:
        assert codes(inspected(document(title=title))) == set()

    @pytest.mark.parametrize(
        "title", ["速递 - 2025年11月26日", "速递 2024-11-27", "速递 2025/11/28", "速递 2025年2月30日"]
    )
    def test_that_does_not_blocks(self, title: str) -> None:
        (finding,) = of_code(inspected(document(title=title)), "title-date")
        assert finding.severity == Severity.BLOCK
        assert DAY.isoformat() in finding.message
        assert places([finding]) == [(None, "title")]

    @pytest.mark.parametrize(
        ("title", "agrees"),
        [
            ("速报 (2025-11-27 至 2025-11-28)", True),
            ("速报 2025-11-27", True),
            ("速报 2025-11-28", True),
            ("速报 (2025-11-27 至 2025-11-29)", False),
            ("速报 (2025-11-26 至 2025-11-28)", False),
            ("速报 2025-11-29", False),
            ("回顾2024年3月18日：速报 (2025-11-27 至 2025-11-28)", True),
        ],
    )
    def test_of_a_range(self, title: str, agrees: bool) -> None:
        assert codes(inspected(document(title=title, date_end=NEXT))) == (set() if agrees else {"title-date"})


class TestDatesAlreadySent:
    def test_block(self) -> None:
        (finding,) = of_code(inspected(earlier=(EarlierIssue("express-a", DAY),)), "date-already-sent")
        assert finding.severity == Severity.BLOCK
        assert "express-a" in finding.message

    @pytest.mark.parametrize(
        "issue",
        [
            EarlierIssue("approved-only", DAY, sent=False),
            EarlierIssue("the-day-before", DAY - datetime.timedelta(days=1)),
            EarlierIssue("the-day-after", NEXT),
        ],
    )
    def test_others_do_not(self, issue: EarlierIssue) -> None:
        assert codes(inspected(earlier=(issue,))) == set()

    def test_ranges_may_meet_in_a_day(self) -> None:
        before = EarlierIssue("before", DAY - datetime.timedelta(days=1), DAY)
        this = document(title="速报 (2025-11-27 至 2025-11-28)", date_end=NEXT)
        assert codes(inspected(this, earlier=(before,))) == set()

    @pytest.mark.parametrize("issue", [EarlierIssue("same-start", DAY, DAY), EarlierIssue("same-end", NEXT)])
    def test_ranges_that_begin_or_end_together(self, issue: EarlierIssue) -> None:
        this = document(title="速报", date_end=NEXT)
        assert codes(inspected(this, earlier=(issue,))) == {"date-already-sent"}
