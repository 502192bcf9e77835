"""The words around an issue, in the newsletter's language: a typed table, complete by type check.

They follow the newsletter, not the process that renders it, so they are not gettext messages.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Furniture:
    """All fixed words of a mail in one language. Templates with ``{}`` take the value that their name says."""

    contents: str
    highlights: str
    insight: str
    importance: str
    entities: str
    sources: str
    other_links: str
    reading: str
    keywords: str
    generated: str
    view_online: str
    preferences: str
    unsubscribe: str
    why: Callable[[str], str]
    """Why the reader gets this mail, from the newsletter's name."""
    stories: Callable[[int], str]
    minutes: Callable[[int], str]
    links: Callable[[int], str]
    day: Callable[[datetime.date], str]
    """Without its year, as a big date."""
    period: Callable[[datetime.date, datetime.date], str]
    """From a day to a later one, without their years."""
    date: Callable[[datetime.date], str]
    """With its year."""
    year: Callable[[datetime.date], str]
    """What the big date of a day leaves out: the year and the day of the week."""
    years: Callable[[datetime.date, datetime.date], str]
    """What the big date of a period leaves out."""
    colon: str
    comma: str
    """Stands between the names of a list."""
    semicolon: str
    """Stands between the titles of a list, which hold commas of their own."""


_WEEKDAYS: Final = ("一", "二", "三", "四", "五", "六", "日")
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _han_day(date: datetime.date) -> str:
    return f"{date.month}月{date.day}日"


def _han_period(start: datetime.date, end: datetime.date) -> str:
    same = (start.year, start.month) == (end.year, end.month)
    return f"{_han_day(start)}–{f'{end.day}日' if same else _han_day(end)}"


def _english_day(date: datetime.date) -> str:
    return f"{date.day} {_MONTHS[date.month - 1]}"


def _english_period(start: datetime.date, end: datetime.date) -> str:
    same = (start.year, start.month) == (end.year, end.month)
    return f"{start.day}–{_english_day(end)}" if same else f"{_english_day(start)} – {_english_day(end)}"


SIMPLIFIED: Final = Furniture(
    contents="本期目录",
    highlights="本期速览",
    insight="核心洞察",
    importance="为何重要",
    entities="关键实体",
    sources="来源",
    other_links="其他相关资讯",
    reading="拓展阅读",
    keywords="关键词",
    generated="生成时间",
    view_online="在网页上阅读",
    preferences="管理订阅",
    unsubscribe="退订",
    why=lambda name: f"你收到这封邮件，是因为你订阅了「{name}」。",
    stories=lambda count: f"{count} 篇要闻",
    minutes=lambda count: f"约 {count} 分钟读完",
    links=lambda count: f"{count} 条延伸",
    day=_han_day,
    period=_han_period,
    date=lambda date: f"{date.year}年{_han_day(date)}",
    year=lambda date: f"{date.year}年 · 星期{_WEEKDAYS[date.weekday()]}",
    years=lambda start, end: f"{start.year}年" if start.year == end.year else f"{start.year}–{end.year}年",
    colon="：",
    comma="、",
    semicolon="；",
)

TRADITIONAL: Final = Furniture(
    contents="本期目錄",
    highlights="本期速覽",
    insight="核心洞察",
    importance="重要性",
    entities="關鍵實體",
    sources="來源",
    other_links="其他相關資訊",
    reading="延伸閱讀",
    keywords="關鍵詞",
    generated="生成時間",
    view_online="在網頁上閱讀",
    preferences="管理訂閱",
    unsubscribe="取消訂閱",
    why=lambda name: f"你收到這封郵件，是因為你訂閱了「{name}」。",
    stories=lambda count: f"{count} 篇要聞",
    minutes=lambda count: f"約 {count} 分鐘讀完",
    links=lambda count: f"{count} 則延伸",
    day=_han_day,
    period=_han_period,
    date=lambda date: f"{date.year}年{_han_day(date)}",
    year=lambda date: f"{date.year}年 · 星期{_WEEKDAYS[date.weekday()]}",
    years=lambda start, end: f"{start.year}年" if start.year == end.year else f"{start.year}–{end.year}年",
    colon="：",
    comma="、",
    semicolon="；",
)

ENGLISH: Final = Furniture(
    contents="In this issue",
    highlights="At a glance",
    insight="Insight",
    importance="Why it matters",
    entities="Names",
    sources="Sources",
    other_links="Also worth a look",
    reading="Further reading",
    keywords="Keywords",
    generated="Generated",
    view_online="Read on the web",
    preferences="Manage subscription",
    unsubscribe="Unsubscribe",
    why=lambda name: f"You get this mail because you subscribed to {name}.",
    stories=lambda count: _counted(count, "story", "stories"),
    minutes=lambda count: f"{count} min read",
    links=lambda count: _counted(count, "more link", "more links"),
    day=_english_day,
    period=_english_period,
    date=lambda date: f"{_english_day(date)} {date.year}",
    year=lambda date: f"{_DAYS[date.weekday()]} · {date.year}",
    years=lambda start, end: f"{start.year}" if start.year == end.year else f"{start.year}–{end.year}",
    colon=": ",
    comma=", ",
    semicolon="; ",
)


def furniture(language: str) -> Furniture:
    """The words for a BCP 47 tag; a Chinese tag with a region gets that region's script, anything unknown English."""
    tag = language.lower().replace("_", "-")
    if tag.startswith("zh"):
        traditional = "hant" in tag or ("hans" not in tag and tag.endswith(("-tw", "-hk", "-mo")))
        return TRADITIONAL if traditional else SIMPLIFIED
    return ENGLISH


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
