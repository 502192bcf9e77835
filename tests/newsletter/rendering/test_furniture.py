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
    assert (ENGLISH.day(date), ENGLISH.year(date)) == ("27 November", "Thursday · 2025")
    assert (ENGLISH.stories(1), ENGLISH.stories(2)) == ("1 story", "2 stories")
    assert SIMPLIFIED.stories(10) == "10 篇要闻"
