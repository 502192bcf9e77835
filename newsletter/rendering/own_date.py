"""The issue's own date in a title, in any of the ways in which people write a day or a range of days."""

from __future__ import annotations

import datetime
import re
from functools import lru_cache

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_DIGITS = "〇一二三四五六七八九"
_UNTIL = r"\s?(?:至|到|-|–|—|―|~|～|to|through|until)\s?"
_WEEKDAY = r"(?:\s?[(（]?(?:星期|周|週|礼拜|禮拜)[一二三四五六日天][)）]?)?"
_ORDINAL = "(?:st|nd|rd|th)?"
_SPACES = re.compile(r"\s+")
# Where one of these stands between the title and its date, the title is whole without the date.
_PARTING = " \t\u3000-–—―|｜·•:：,，、;；/_~～"
_OPENING, _CLOSING = "(（[【「『〔《<", ")）]】」』〕》>"
_ENDS_A_SENTENCE = "。！？!?.…”’\"'"


def said(text: str, start: datetime.date | None, end: datetime.date | None) -> bool:
    """Whether the text names the issue's day, its first or last day, or the range of them."""
    return start is not None and _own(start, end or start).search(_even(text)) is not None


def left_out(title: str, start: datetime.date | None, end: datetime.date | None) -> str:
    """``title`` without the issue's own date at its beginning or end; empty where it says nothing else.

    A date that belongs to the sentence stays: one inside of it, one that nothing parts from its words, and one that
    but a space parts from a Latin word (“What happened on 2026/1/5”).
    """
    if start is None:
        return title
    for found in _own(start, end or start).finditer(title):
        before, behind = title[: found.start()], title[found.end() :]
        if not behind.strip(_PARTING + _CLOSING):
            return _kept(before, before.rstrip(_PARTING + _OPENING), -1, title)
        if not before.strip(_PARTING + _OPENING):
            return _kept(behind, behind.lstrip(_PARTING + _CLOSING), 0, title)
    return title


def _kept(side: str, words: str, nearest: int, title: str) -> str:
    """What is left of a title, if it can do without its date; else the whole of it. ``nearest`` is at the date."""
    if not words:
        return ""
    parting = side[len(words) :] if nearest else side[: len(side) - len(words)]
    neighbour = words[nearest]
    if parting.strip() or neighbour in _ENDS_A_SENTENCE:
        return words.strip()
    return title if not parting or (neighbour.isascii() and neighbour.isalpha()) else words.strip()


def _even(text: str) -> str:
    return _SPACES.sub(" ", text)


@lru_cache(maxsize=256)
def _own(start: datetime.date, end: datetime.date) -> re.Pattern[str]:
    """Every spelling of the days, the longest first: ranges, then single days, with a year and without."""
    ways = [_day(start)] if start == end else [*_ranges(start, end), _day(start), _day(end)]
    return re.compile("|".join(f"(?:{way})" for way in ways), re.IGNORECASE)


def _ranges(start: datetime.date, end: datetime.date) -> list[str]:
    month, months = _month(start), _month(end)
    last = rf"0?{end.day}(?!\d)"
    behind = rf"(?:,?\s{end.year}(?!\d))?"
    return [
        rf"{_day(start, ends=False)}{_UNTIL}"
        rf"(?:{_day(end)}|(?:0?{end.month}[-/.])?{last}\s?[日号號]?{_ORDINAL}{behind})",
        rf"(?<!\d)(?:{start.year}\s?年\s?)?0?{start.month}\s?月\s?0?{start.day}{_UNTIL}"
        rf"(?:0?{end.month}\s?月\s?)?0?{end.day}\s?[日号號]",
        rf"(?<!\d)0?{start.day}{_ORDINAL}(?:\s{month})?{_UNTIL}{_english(end)}",
        rf"\b{month}\s0?{start.day}{_ORDINAL}{_UNTIL}(?:{months}\s)?{last}{behind}",
    ]


def _day(date: datetime.date, *, ends: bool = True) -> str:
    """One day; ``ends``: nothing of another number follows."""
    year, month, day = date.year, f"0?{date.month}", f"0?{date.day}"
    numeric = "|".join(
        rf"{first}\s?{mark}\s?{second}\s?{mark}\s?{third}"
        for mark in ("-", "/", r"\.")
        for first, second, third in ((f"{year}", month, day), (month, day, f"{year}"), (day, month, f"{year}"))
    )
    han_year = "".join(f"[{_DIGITS[int(digit)]}{'零' if digit == '0' else ''}{digit}]" for digit in str(year))
    han = rf"(?:{han_year}\s?年\s?)?(?:{month}|{_han(date.month)})\s?月\s?(?:{day}|{_han(date.day)})\s?[日号號]"
    end = r"(?![\d/-]|\.\d)" if ends else r"(?!\d)"
    return (
        rf"(?:(?<![\d./-])(?:{numeric}|{date:%Y%m%d}){end}"
        rf"|(?<![\d年{_DIGITS}十])(?<!年\s){han}|{_english(date)}){_WEEKDAY}"
    )


def _english(date: datetime.date) -> str:
    month, day = _month(date), rf"0?{date.day}{_ORDINAL}"
    year = rf"(?:,?\s{date.year}(?!\d)|(?!,?\s?\d))"
    weekday = rf"(?:\b{date:%a}(?:{f'{date:%A}'[3:]})?\.?,?\s)?"
    return rf"{weekday}(?:\b{month}\s{day}(?!\d){year}|(?<!\d){day}\s(?:of\s)?{month}\b{year})"


def _month(date: datetime.date) -> str:
    name = _MONTHS[date.month - 1]
    return rf"(?:{name}|{name[:3]}{'t?' if date.month == 9 else ''}\.?)"


def _han(number: int) -> str:
    """A number up to 31 as it is spoken."""
    tens, ones = divmod(number, 10)
    head = {0: "", 1: "十"}.get(tens, f"(?:{_DIGITS[tens]}十|{'廿' if tens == 2 else '卅'})")
    return head + (_DIGITS[ones] if ones else "")
