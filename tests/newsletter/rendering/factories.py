"""Documents and publications for the tests of rendering, with what a test doesn't care about filled in."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Final

from newsletter.digest.document import Block, Document, Item, ItemType, OtherLink, Section, Source, Story
from newsletter.rendering.publication import Publication, Theme
from newsletter.rendering.slots import values_for_ses

VALUES: Final[Mapping[str, str]] = values_for_ses(
    {
        "unsubscribe_url": "https://news.sudi.test/u/" + "a" * 64,
        "preferences_url": "https://news.sudi.test/p/" + "a" * 64,
        "web_url": "https://news.sudi.test/express/2025-11-27/",
        "campaign_id": "c-1",
    }
)


def publication(**changes: Any) -> Publication:
    values: dict[str, Any] = {
        "slug": "express",
        "name": "AI行业速递",
        "language": "zh-Hans",
        "format": "express",
        "tagline": "读懂每一天的 AI 行业",
        "postal_address": "北京市海淀区某街 1 号",
        "from_name": "速递编辑部",
        "from_email": "digest@sudi.test",
        "reply_to": None,
        "theme": Theme(),
    }
    return Publication(**values | changes)


def publication_of(issue: Document) -> Publication:
    """The publication that carries issues of this format, in its language and colours."""
    names = {"express": "AI行业速递", "bulletin": "AI 前沿动态速报", "report": "AI Daily 情報"}
    themes = {"express": Theme(), "bulletin": Theme("#0f766e", "#5eead4"), "report": Theme("#9a3412", "#fdba74")}
    return publication(
        slug=issue.format,
        format=issue.format,
        name=names[issue.format],
        language=issue.language,
        theme=themes[issue.format],
    )


def bullet(text: str, label: str | None = None, *children: Item) -> Item:
    return Item(ItemType.BULLET, text, label, children)


def paragraph(text: str) -> Item:
    return Item(ItemType.PARAGRAPH, text)


def story(title: str = "一则要闻：它为何重要", **changes: Any) -> Story:
    values: dict[str, Any] = {
        "title": title,
        "category": "市场动态",
        "sources": (Source("机器之心", "https://mp.weixin.qq.com/s/abc_-1"),),
        "insight": "洞察在此。",
        "blocks": (Block("内容简介", (bullet("正文在此。", "要点"),)),),
    }
    return Story(**values | changes)


def document(*stories: Story, **changes: Any) -> Document:
    date = datetime.date(2025, 11, 27)
    values: dict[str, Any] = {
        "format": "express",
        "language": "zh-Hans",
        "title": "AI行业速递 - 2025年11月27日",
        "icon": "🤖",
        "series": "AI行业速递",
        "date_start": date,
        "date_end": date,
        "sections": (Section(stories=stories or (story(),)),),
        "other_links": (OtherLink("另一条消息", "https://www.example.cn/a"),),
    }
    return Document(**values | changes)
