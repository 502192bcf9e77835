"""A document of everything odd that a parser may give, for every format: each must be shown decently."""

from __future__ import annotations

from newsletter.digest.document import (
    Block,
    ColophonLine,
    Document,
    EditorInsight,
    Highlight,
    InsightPart,
    OtherLink,
    ReadingGroup,
    ReadingItem,
    Section,
    Source,
    Story,
    Watchlist,
)
from tests.newsletter.rendering.factories import bullet, document, paragraph, story
from tests.newsletter.rendering.full import LANGUAGES

UNTITLED = Story(
    "",
    blocks=(Block(None, (paragraph("章下的文字\n第二行"),)), Block("无题的标签", (bullet("无题的要点"),))),
    sources=(Source("`代码`来源", "https://a.cn/s"),),
)
ODD = story(
    "有**重点**与`代码`的标题",
    category="",
    summary="摘要甲\n摘要乙",
    insight="洞察甲\n洞察乙",
    importance="重要甲\n重要乙",
    entities=("**谷歌**", "`GPU`"),
    blocks=(
        Block(None, (paragraph("洞察前的段落\n它的次行"),)),
        Block(None),
        Block("空块"),
        Block("内容", (bullet("", "只有标签", bullet("子项\n子项次行")), bullet("", "孤标签"), bullet("见[文](https://a.cn/i)"))),
        Block(None),
    ),
)  # fmt: skip


def odd_document(format_name: str) -> Document:
    return document(
        format=format_name,
        language=LANGUAGES[format_name],
        series=None if format_name == "report" else "AI行业速递",
        description="说明甲\n说明乙",
        summary="总述[见此](https://a.cn/d)",
        highlights=(
            Highlight("- 整行**原样**的[速览](https://a.cn/h)"),
            Highlight("### 不是速览的标题"),
            Highlight("真正的速览", "类", "一句话\n又一句"),
        ),
        sections=(
            Section(stories=(UNTITLED, ODD)),
            Section(1, "有题的章", stories=(UNTITLED, story("第二则"))),
            Section(2, "只有文字的章", stories=(UNTITLED,)),
            Section(3, "空章"),
            Section(),
        ),
        other_links=(
            OtherLink("不是链接的`一行`，见[别处](https://a.cn/o)", ""),
            OtherLink("- 带点的一行", ""),
            OtherLink("### 带井号的一行", ""),
            OtherLink("", "https://a.cn/nameless", note=""),
            OtherLink("**粗**题", "https://a.cn/bold", group=""),
        ),
        editor_insight=EditorInsight(
            "编辑洞察",
            parts=(InsightPart(None, ("无题段\n其次行",)), InsightPart(None, ()), InsightPart("**有题**", ())),
            watchlist=Watchlist("", ("其一\n其一次行",)),
        ),
        reading=(
            ReadingGroup(
                "",
                (
                    ReadingItem(text="只有文字"),
                    ReadingItem(text="* 带星的一行"),
                    ReadingItem("名词", text=""),
                    ReadingItem("**名词**与`码`", text="解释甲\n解释乙"),
                    ReadingItem("`码`之读", "https://a.cn/r", note=""),
                ),
            ),
            ReadingGroup("空组"),
        ),
        keywords=("`词`",),
        colophon=(ColophonLine("", "单独的值"), ColophonLine("空值", ""), ColophonLine("标签", "值")),
    )
