from __future__ import annotations

import datetime

import pytest

from newsletter.rendering.furniture import ENGLISH, SIMPLIFIED, TRADITIONAL, Furniture, furniture


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ENGLISH),
        ("en-GB", ENGLISH),
        ("zh-Hans", SIMPLIFIED),
        ("zh", SIMPLIFIED),
        ("zh-Hans-HK", SIMPLIFIED),
        ("zh-Hant", TRADITIONAL),
        ("zh-TW", TRADITIONAL),
        ("zh_HK", TRADITIONAL),
        ("fr", ENGLISH),
    ],
)
def test_words_follow_the_language_of_the_newsletter(language: str, words: Furniture) -> None:
    assert furniture(language) is words


def test_counts_and_dates_read_as_people_say_them() -> None:
    date = datetime.date(2025, 11, 27)
    assert (SIMPLIFIED.day(date), SIMPLIFIED.year(date)) == ("11月27日", "2025年 · 星期四")
    assert SIMPLIFIED.date(date) == "2025年11月27日"
    assert ENGLISH.date(date) == "27 November 2025"
    assert (ENGLISH.day(date), ENGLISH.year(date)) == ("27 November", "Thursday · 2025")
    assert (ENGLISH.stories(1), ENGLISH.stories(2)) == ("1 story", "2 stories")
    assert SIMPLIFIED.stories(10) == "10 篇要闻"


@pytest.mark.parametrize(
    ("start", "end", "chinese", "english"),
    [
        ((2025, 12, 28), (2025, 12, 29), ("12月28日–29日", "2025年"), ("28–29 December", "2025")),
        ((2025, 12, 31), (2026, 1, 2), ("12月31日–1月2日", "2025–2026年"), ("31 December – 2 January", "2025–2026")),
        ((2025, 1, 5), (2026, 1, 5), ("1月5日–1月5日", "2025–2026年"), ("5 January – 5 January", "2025–2026")),
    ],
)
def test_a_period_says_each_thing_once(
    start: tuple[int, int, int], end: tuple[int, int, int], chinese: tuple[str, str], english: tuple[str, str]
) -> None:
    days = datetime.date(*start), datetime.date(*end)
    assert (TRADITIONAL.period(*days), TRADITIONAL.years(*days)) == chinese
    assert (ENGLISH.period(*days), ENGLISH.years(*days)) == english
