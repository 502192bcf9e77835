from __future__ import annotations

import datetime

import pytest

from newsletter.digest.document import ColophonLine, Cover, OtherLink, ReadingGroup, ReadingItem, Section
from newsletter.rendering import edition
from newsletter.rendering.furniture import ENGLISH
from tests.newsletter.rendering.factories import document, story


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("底層算力匯流 — 2025/11/27", "底層算力匯流"),
        ("底層算力匯流 | 2025-11-27", "底層算力匯流"),
        ("底層算力匯流：2025年11月27日", "底層算力匯流"),
        ("底層算力匯流 — 2025/11/26", "底層算力匯流 — 2025/11/26"),
        ("底層算力匯流 — 2025/13/45", "底層算力匯流 — 2025/13/45"),
        ("底層算力匯流 2025/11/27", "底層算力匯流"),
        ("底層算力匯流（2025.11.27）", "底層算力匯流"),
        ("2025-11-27 底層算力匯流", "底層算力匯流"),
        ("2025年11月27日（星期四）｜底層算力匯流", "底層算力匯流"),
        ("二〇二五年十一月二十七日 底層算力匯流", "底層算力匯流"),
        ("Thursday, November 27th, 2025: Memory", "Memory"),
        ("Memory — 27 Nov 2025", "Memory"),
        ("What happened on 2025/11/27", "What happened on 2025/11/27"),
        ("底層算力匯流2025/11/27", "底層算力匯流2025/11/27"),
        ("沒有日期", "沒有日期"),
        (" — 2025/11/27", None),
        ("2025年11月27日", None),
    ],
)
def test_a_headline_leaves_out_the_issues_own_date(title: str, headline: str | None) -> None:
    assert edition.headline(document(title=title, series=None)) == headline


@pytest.mark.parametrize(
    "period",
    [
        "2025-11-26 至 2025-11-27",
        "2025/11/26–11/27",
        "2025/11/26-27",
        "11月26日—27日",
        "11月26–27日",
        "2025年11月26日至11月27日",
        "November 26–27, 2025",
        "26–27 November",
        "26 Nov to 27 Nov 2025",
        "2025.11.26",
    ],
)
def test_a_headline_leaves_out_the_issues_own_range_of_dates(period: str) -> None:
    start = datetime.date(2025, 11, 26)
    for title in (f"週報（{period}）", f"週報 | {period}", f"{period}：週報"):
        assert edition.headline(document(title=title, series=None, date_start=start)) == "週報"


def test_a_series_with_a_date_is_no_headline() -> None:
    assert edition.headline(document()) is None


def test_stories_are_numbered_through_all_sections() -> None:
    issue = document(sections=(Section(2, "甲", None, (story(), story())), Section(stories=(story(),)), Section()))
    parts = edition.numbered(issue)
    assert [[each.number for each in part.stories] for part in parts] == [[1, 2], [3], []]
    assert [(part.numeral, part.start, part.anchor) for part in parts] == [
        ("2", "1", "story-1"),
        ("", "3", "story-3"),
        ("", "", ""),
    ]


def test_lines_that_are_kept_as_they_stand_lose_the_mark_at_their_beginning() -> None:
    lines = ("- 甲", "### 乙", "* 丙", "> 丁", "-戊", "#己")
    issue = document(
        other_links=tuple(OtherLink(line, "") for line in lines),
        reading=(ReadingGroup("", tuple(ReadingItem(text=line) for line in lines)),),
    )
    shown = ["甲", "乙", "丙", "丁", "-戊", "#己"]
    assert [each.title for each in edition.other_links(issue)] == shown
    assert [each.text for each in edition.reading(issue)[0].items] == shown
    named = OtherLink("- 甲", "https://a.cn/1")
    assert edition.other_links(document(other_links=(named,))) == (named,)


@pytest.mark.parametrize(("image", "shown"), [("https://a.cn/c.png", True), ("/c.png", False), ("data:x", False)])
def test_a_cover_needs_an_address_of_its_own(image: str, shown: bool) -> None:
    assert edition.cover(document(cover=Cover(image))) == (image if shown else None)
    assert edition.cover(document()) is None


def test_the_time_of_making_is_told_once() -> None:
    moment = datetime.datetime(2026, 1, 2, 6, 30, tzinfo=datetime.UTC)
    made = document(generated_at=moment)
    assert edition.colophon(made, ENGLISH) == (ColophonLine("Generated", "2 January 2026 06:30 +0000"),)
    own = (ColophonLine("甲", "乙"),)
    assert edition.colophon(document(generated_at=moment, colophon=own), ENGLISH) == own
    assert edition.colophon(document(), ENGLISH) == ()
