from __future__ import annotations

import pytest

from newsletter.digest.document import (
    BULLETED,
    Block,
    Document,
    EditorInsight,
    ReadingGroup,
    ReadingItem,
    Section,
    Source,
    Watchlist,
)
from newsletter.rendering.pipeline import render
from tests.newsletter.rendering.factories import bullet, document, publication, publication_of, story
from tests.newsletter.rendering.full import full_document


def test_it_reads_well_without_any_html() -> None:
    issue = document(
        story(
            "要闻",
            insight="洞察\n两行。",
            sources=(Source("机器之心", "https://a.cn/1"), Source("量子位", "https://a.cn/2?x=1&y=2")),
            blocks=(Block("内容简介", (bullet("见[论文](https://a.cn/p)。", "要点", bullet("细节")),)),),
        )
    )
    assert render(issue, publication()).text == (
        "🤖 AI行业速递 - 2025年11月27日\n"
        "读懂每一天的 AI 行业\n"
        "在网页上阅读：{{web_url}}\n"
        "\n————————————\n\n"
        "本期目录\n"
        "1. 要闻 · 市场动态\n"
        "\n————————————\n\n"
        "1. 要闻\n"
        "市场动态\n"
        "\n"
        "核心洞察：洞察\n两行。\n"
        "\n"
        "内容简介：\n"
        "- 要点：见论文 (https://a.cn/p)。\n"
        "  - 细节\n"
        "\n"
        "来源：\n"
        "[1] 机器之心 https://a.cn/1\n"
        "[2] 量子位 https://a.cn/2?x=1&y=2\n"
        "\n————————————\n\n"
        "其他相关资讯\n"
        "\n"
        "- 另一条消息 https://www.example.cn/a\n"
        "\n————————————\n\n"
        "你收到这封邮件，是因为你订阅了「AI行业速递」。\n"
        "管理订阅：{{preferences_url}}\n"
        "退订：{{unsubscribe_url}}\n"
        "在网页上阅读：{{web_url}}\n"
        "\n"
        "速递编辑部\n"
        "北京市海淀区某街 1 号\n"
    )


def test_no_paragraph_is_broken_into_lines(issue: Document) -> None:
    lines = render(issue, publication_of(issue)).text.splitlines()
    for text in filter(None, (text for each in issue.stories for text in (each.insight, each.summary))):
        assert any(line.endswith(text.split("\n")[-1]) for line in lines)


def test_chapters_insight_and_reading_read_well_too() -> None:
    issue = full_document(
        "report", sections=(Section(1, "算力", "Compute", (story("要聞", insight=None, blocks=()),)),)
    )
    text = render(issue, publication_of(issue)).text
    assert "\n\n■ 1 算力 Compute\n\n1. 要聞\n" in text
    assert (
        "■ 编辑洞察 Editor’s Insight\n\n无题部分\n\n有题\n\n段一\n换行\n\n段二\n\n关注清单\n1. 第一件\n2. 第二件\n"
        in text
    )
    assert (
        "延伸閱讀\n\n读物组\n- 可读之文 — 附注 https://c.cn/1\n- 说明文字 https://c.cn/2\n- 术语：解释\n- 只有附注\n"
    ) in text
    assert "- 不是链接的一行\n- 带附注 — 链接附注 https://b.cn/2\n" in text
    assert "關鍵詞：关键词、又一个\n资料来源：14 篇\n" in text


@pytest.mark.parametrize(("spelling", "marks"), [(None, ("1. ", "2. ")), (BULLETED, ("- ", "- "))])
def test_a_watch_list_keeps_its_kind(spelling: str | None, marks: tuple[str, str]) -> None:
    mail = render(document(editor_insight=_watching(Watchlist("关注", ("甲", "乙"), spelling))), publication())
    assert f"\n关注\n{marks[0]}甲\n{marks[1]}乙\n" in mail.text
    assert f'<{"ul" if spelling else "ol"} class="watch"' in mail.html


def _watching(watchlist: Watchlist) -> EditorInsight:
    return EditorInsight("编辑洞察", watchlist=watchlist)


def test_a_link_named_by_its_own_address_shows_it_once() -> None:
    item = ReadingItem("https://c.cn/1", "https://c.cn/1", "附注")
    text = render(document(reading=(ReadingGroup("组", (item,)),)), publication()).text
    assert "- 附注 https://c.cn/1\n" in text


def test_the_words_around_it_are_in_the_newsletters_language() -> None:
    english = render(document(), publication(language="en")).text
    assert "Unsubscribe: {{unsubscribe_url}}" in english
    assert "Sources:\n[1]" in english
    assert "取消訂閱：{{unsubscribe_url}}" in render(document(), publication(language="zh-Hant")).text
