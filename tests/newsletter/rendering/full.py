"""A document with every field set, for every format: what some digest may hold, every look must show."""

from __future__ import annotations

import datetime
from typing import Any, Final

from newsletter.digest.document import (
    Block,
    ColophonLine,
    Cover,
    Document,
    EditorInsight,
    Highlight,
    InsightPart,
    Link,
    OtherLink,
    PrimaryLink,
    ReadingGroup,
    ReadingItem,
    Section,
    Source,
    Story,
    Watchlist,
)
from tests.newsletter.rendering.factories import bullet, document, paragraph, story

LANGUAGES: Final = {"express": "zh-Hans", "bulletin": "en", "report": "zh-Hant"}
FORMATS: Final = tuple(LANGUAGES)


def full_story(words: str = "") -> Story:
    """A story with every field set; ``words`` stand in each text."""
    deep = bullet(f"三级{words}", f"丁{words}")
    nested = bullet(f"一级正文{words}", f"甲{words}", bullet(f"二级{words}", None, deep), bullet("", "乙", deep))
    blocks = (
        Block(None, (paragraph(f"洞察之前的段落{words}"), bullet(f"无标签的要点{words}"))),
        Block(f"核心摘要{words}", (paragraph(f"段落{words}"), nested, paragraph("居中"), bullet("又一条"))),
        Block("内容详解", (bullet("", f"话题{words}", bullet("细节", "标签")), bullet("", "话题二", bullet("细节二")))),
        Block(f"空的块{words}"),
    )
    return story(
        f"什么都有的要闻{words}",
        category=f"分类{words}",
        sources=(Source(f"来源名{words}", "https://a.cn/s1"), Source("第二来源", "https://a.cn/s2")),
        primary_link=PrimaryLink(f"阅读原文{words}", "https://a.cn/1", datetime.date(2026, 1, 2)),
        summary=f"概要{words}",
        insight=f"洞察一行{words}\n洞察二行",
        blocks=blocks,
        entities=(f"谷歌{words}", "英伟达"),
        importance=f"为何重要{words}",
        links=(Link(f"相关论文{words}", "https://a.cn/2"), Link("代码", "https://a.cn/3")),
    )


def full_document(format_name: str, words: str = "", **changes: Any) -> Document:
    """A document with every field set; ``words`` stand in each text."""
    bare = Story(f"只有标题{words}")
    reading = (
        ReadingItem(f"可读之文{words}", "https://c.cn/1", f"附注{words}"),
        ReadingItem(None, "https://c.cn/2", None, f"说明文字{words}"),
        ReadingItem(f"术语{words}", None, None, f"解释{words}"),
        ReadingItem(None, None, f"只有附注{words}"),
    )
    values: dict[str, Any] = {
        "format": format_name,
        "language": LANGUAGES[format_name],
        "title": f"系列{words}：一整句话的标题 — 2026/01/02",
        "series": None if format_name == "report" else f"系列{words}",
        "date_start": datetime.date(2025, 12, 31),
        "date_end": datetime.date(2026, 1, 2),
        "generated_at": datetime.datetime(2026, 1, 2, 6, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=8))),
        "cover": Cover("https://a.cn/c.png", f"封面{words}"),
        "tags": (f"标签一{words}", "标签二"),
        "description": f"说明{words}",
        "summary": f"摘要{words}",
        "highlights": (
            Highlight(f"速览标题{words}", f"速览分类{words}", f"速览摘要{words}"),
            Highlight("只有速览标题"),
        ),
        "sections": (
            Section(stories=(full_story(words), bare)),
            Section(12, f"有编号的章{words}", f"A numbered chapter{words}", (full_story(words), bare)),
            Section(None, f"空章{words}", "Empty"),
        ),
        "other_links": (
            OtherLink(f"一条链接{words}", "https://www.b.cn/1"),
            OtherLink(f"不是链接的一行{words}", ""),
            OtherLink("带附注", "https://b.cn/2", note=f"链接附注{words}"),
            OtherLink("组内", "mailto:a@b.cn", group=f"组名{words}"),
        ),
        "editor_insight": EditorInsight(
            f"编辑洞察{words}",
            f"Editor’s Insight{words}",
            (InsightPart(None, (f"无题部分{words}",)), InsightPart(f"有题{words}", (f"段一{words}\n换行", "段二"))),
            Watchlist(f"关注清单{words}", (f"第一件{words}", "第二件")),
        ),
        "reading": (
            ReadingGroup(f"读物组{words}", reading),
            ReadingGroup("", (ReadingItem("无组", "https://c.cn/3"),)),
        ),
        "keywords": (f"关键词{words}", "又一个"),
        "colophon": (ColophonLine(f"资料来源{words}", f"14 篇{words}"),),
    }
    return document(**values | changes)
