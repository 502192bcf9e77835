"""Bulletins for the tests of losslessness."""

from __future__ import annotations

import datetime
from typing import Any

from hypothesis import strategies as st

from newsletter.digest.document import (
    Block,
    Document,
    Highlight,
    Item,
    ItemType,
    Link,
    PrimaryLink,
    ReadingGroup,
    ReadingItem,
    Section,
    Story,
)
from tests.newsletter.digest.bulletin.samples import TITLE, WHOLE
from tests.newsletter.digest.lossless import Lossless, anything, items_of, line_of, nasty, pieces_of, plain, some, url

_PIECES = pieces_of(
    *("\n## 2. 节\n", "\n## 3.节\n", "\n### **题**\n", "\n### 题\n", "\n#### 题\n", "\n## ⚡ 本期速览\n"),
    *("\n## 拓展阅读\n", "    - ", "\n        - **戊:** 己"),
    *("\n[相关论文](https://a.example)\n", "\n[阅读原文](https://b.example) ", "`[2025-03-08]`", "`[2025-02-30]`"),
    *("\n> **概要**：", "\n> **概要**: ", "\n> **概要：**", "\n**💡内容详解**\n", "\n**影响：**\n"),
    *("\n- **甲**", "\n    - **乙**", "\n     - **丙**：丁", "\n* **甲**", "\n    + **乙**：丙", "\n    正文"),
    *("\n- **[类]** **题**: 文", "\n### [组]", "\n* [https://c.example](https://c.example) - 注"),
)  # fmt: skip
_any, _nasty, _line = anything(_PIECES), nasty(_PIECES), line_of(_PIECES)
_words = _line.filter(bool)
_day = st.dates(datetime.date(2000, 1, 1), datetime.date(2030, 1, 1))
_spelling = st.sampled_from(
    [None, "**", "**:", "：**", ":**", "**：", "* ", "+ **:", "line", "plain title", "under title"]
)


def _digest(intro: str, highlights: str, story: str, rest: str) -> str:
    return f"{TITLE}\n{intro}\n## ⚡ 本期速览\n{highlights}\n## 1. 节\n### **题**\n{story}\n## 拓展阅读\n{rest}"


def _story(head: str, items: str) -> str:
    return f"{TITLE}\n## 1. 节\n### **题**\n{head}\n**💡内容详解**\n{items}"


def _document(**parts: Any) -> Document:
    return Document(
        format="bulletin",
        language="zh-Hans",
        title="试刊速报 (2025-03-08 至 2025-03-09)",
        series="试刊速报",
        date_start=datetime.date(2025, 3, 8),
        date_end=datetime.date(2025, 3, 9),
        **parts,
    )


_stories = st.builds(
    Story,
    title=_words,
    primary_link=st.none() | st.builds(PrimaryLink, _words | st.just("阅读原文"), url, st.none() | _day),
    summary=st.none() | _line | st.lists(_words, min_size=2, max_size=3).map("\n".join),
    blocks=some(
        st.builds(Block, st.none() | _words | st.just("💡内容详解"), some(items_of(_line, _spelling)), _spelling)
    ),
    links=some(st.builds(Link, _words, url)),
)
_reading = st.builds(ReadingItem, _words, url, st.none() | _line) | st.builds(ReadingItem, text=_words)
_below = st.builds(
    Item, st.just(ItemType.BULLET), plain, plain, spelling=st.sampled_from([None, "**", "**:", "：**", "* ", "+ **:"])
)
_points = st.builds(Item, st.just(ItemType.BULLET), st.just(""), plain, some(_below))
_tame = st.builds(
    Story,
    title=plain,
    primary_link=st.none() | st.builds(PrimaryLink, st.just("阅读原文"), url, st.none() | _day),
    summary=st.none() | plain,
    blocks=st.just(()) | some(_points, 3).map(lambda each: (Block("💡内容详解", each),)),
    links=some(st.builds(Link, plain, url)),
)
BULLETIN = Lossless(
    slug="bulletin",
    whole=WHOLE,
    pieces=_PIECES,
    digests=st.builds(_digest, _any, _any, _any, _any) | st.builds(_story, _nasty, _nasty),
    documents=st.builds(
        _document,
        icon=st.none() | st.just("🤖"),
        description=st.none() | _words,
        highlights=some(st.builds(Highlight, _words, st.none() | _words, st.none() | _line, _spelling), 1),
        sections=some(
            st.builds(Section, st.none() | st.integers(0, 12), _words, st.none(), some(_stories, 1, 1)), 1, 1
        ),
        reading=some(st.builds(ReadingGroup, _line, some(_reading))),
    ),
    ordinary=st.builds(
        _document,
        highlights=some(st.builds(Highlight, plain, st.none() | plain, st.none() | plain), 3),
        sections=some(_tame, 3, 1).map(lambda each: (Section(1, "节", stories=each), Section(2, "又", stories=each))),
        reading=some(st.builds(ReadingGroup, plain, some(st.builds(ReadingItem, plain, url, st.none() | plain)))),
    ),
)
