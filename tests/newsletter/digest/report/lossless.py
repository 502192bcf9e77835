"""Reports for the tests of losslessness."""

from __future__ import annotations

import datetime
from typing import Any

from hypothesis import strategies as st

from newsletter.digest import document as d
from tests.newsletter.digest.lossless import Lossless, anything, items_of, line_of, pieces_of, plain, some, url
from tests.newsletter.digest.report.samples import COLOPHON, INSIGHT, MATTER, READING, SECTION, STORY, report

_PIECES = pieces_of(
    *(
        "### ",
        "1. ",
        "\n2. ",
        "1、",
        "\n## ",
        "\n### ",
        "\n\n### ",
        "\n- ",
        "\n  - ",
        "\n* ",
        "\n  續",
        " | ",
        "（En）",
    ),
    *("\n**甲**", "**甲**：", "*甲：乙*", "\n**核心摘要**  \n", "\n**技術細節**：", "\n**關鍵實體**：甲、乙"),
    *("\n**重要性**：高", "\n**重要性**:", "\n**影響**：大", "\n**來源**： [來源1](https://a.example)"),
    *("、[來源2](https://b.example)", "\n## 編輯洞察（Editor’s Insight）\n", "\n## 延伸閱讀與資源\n"),
    *("\n**關注清單**：\n\n1. 甲", "\n**關注清單**：\n\n- 甲", "\n### 本日關鍵詞\n\n`甲` `乙`", "\n## 節 (Section)\n"),
    *("\n*資料來源：19 篇文章 | 分析主題：18 個*\n", "\n* [甲](https://d.example) — 註", "\n* 甲：乙"),
)
_any, _line = anything(_PIECES), line_of(_PIECES, mostly_plain=True)
_words = _line.filter(bool)


def _stories(intro: str, story: str, rest: str) -> str:
    return f"---\n{MATTER}---\n{intro}\n{SECTION}\n### 題\n{story}\n## 節（Section）\n{rest}"


def _behind(insight: str, reading: str, colophon: str) -> str:
    parts = (SECTION, STORY, INSIGHT, insight, READING, reading, colophon, COLOPHON)
    return f"---\n{MATTER}---\n" + "\n".join(parts)


def _document(**parts: Any) -> d.Document:
    day = datetime.date(2025, 3, 9)
    return d.Document(format="report", language="zh-Hant", date_start=day, date_end=day, **parts)


_labels = st.none() | _words | st.sampled_from(["核心摘要", "技術細節"])
_story = st.builds(
    d.Story,
    title=_words,
    blocks=some(st.builds(d.Block, _labels, some(items_of(_line), 3)), 3),
    entities=some(_words, 3),
    importance=st.none() | _line | st.lists(_words, min_size=2, max_size=2).map("\n".join),
    sources=some(st.builds(d.Source, _words, url)),
)
_watchlists = st.builds(d.Watchlist, _words, some(_words, 2, 1), st.sampled_from([None, d.BULLETED]))
_insights = st.builds(
    d.EditorInsight,
    st.just("編輯洞察"),
    st.none() | st.just("Insight"),
    some(st.builds(d.InsightPart, _words, some(_words))),
    st.none() | _watchlists,
)
_reading = st.builds(d.ReadingItem, _words, url, st.none() | _words) | st.builds(
    d.ReadingItem, st.none() | _words, st.none(), st.none(), _words
)
_tame_items = st.builds(d.Item, st.just(d.ItemType.BULLET), plain, st.none() | plain) | st.builds(
    d.Item, st.just(d.ItemType.PARAGRAPH), plain
)
_tame = st.builds(
    d.Story,
    title=plain,
    blocks=some(st.builds(d.Block, plain, some(_tame_items, 4)), 3),
    entities=some(plain, 3),
    importance=st.none() | plain,
    sources=some(st.builds(d.Source, plain, url)),
)
REPORT = Lossless(
    slug="report",
    whole=report(),
    pieces=_PIECES,
    digests=st.builds(_stories, _any, _any, _any) | st.builds(_behind, _any, _any, _any),
    documents=st.builds(
        _document,
        title=_words,
        sections=some(st.builds(d.Section, st.none(), _words, st.none() | _words, some(_story, 2, 1)), 2, 1),
        editor_insight=st.none() | _insights,
        reading=some(st.builds(d.ReadingGroup, _words, some(_reading))),
        keywords=some(_words),
        colophon=some(st.builds(d.ColophonLine, _words, _line), 3),
    ),
    ordinary=st.builds(
        _document,
        title=plain,
        sections=some(_tame, 4, 1).map(lambda each: (d.Section(title="焦點", title_en="Top", stories=each),)),
        keywords=some(plain, 3),
    ),
)
