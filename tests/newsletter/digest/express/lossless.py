"""Express digests for the tests of losslessness."""

from __future__ import annotations

import datetime
from typing import Any

from hypothesis import strategies as st

from newsletter.digest.document import Block, Document, Item, ItemType, OtherLink, Section, Source, Story
from tests.newsletter.digest.lossless import Lossless, anything, items_of, line_of, pieces_of, plain, some, url
from tests.newsletter.digest.samples import TITLE, digest

_DAY = datetime.date(2025, 3, 9)
_PIECES = pieces_of(
    *(
        " 、 ",
        "> **分类：** ",
        "> **来源：** ",
        "> **分类:** ",
        "**核心洞察：** ",
        "**内容简介：**",
        "**影响：**",
        "**影响:**",
    ),
    *("\n## 其他相关资讯\n", "\n- ", "\n## ", "\n> ", "2025年1月2日"),
)
_any, _line = anything(_PIECES), line_of(_PIECES)
_words = _line.filter(bool)


def _digest(intro: str, story: str, rest: str) -> str:
    return f"{TITLE}\n{intro}\n## 题\n{story}\n## 其他相关资讯\n{rest}"


def _document(stories: tuple[Story, ...], **parts: Any) -> Document:
    return Document(
        format="express",
        language="zh-Hans",
        title="试刊 - 2025年03月09日",
        series="试刊",
        date_start=_DAY,
        date_end=_DAY,
        sections=(Section(stories=stories),),
        **parts,
    )


_icons = st.none() | st.just("🤖")
_markers = st.sampled_from([None, "*", "+"])
_blocks = st.builds(Block, st.none() | _words | st.just("内容简介"), some(items_of(_line, _markers), 3))
_stories = st.builds(
    Story,
    title=_words,
    category=st.none() | _line,
    sources=some(st.builds(Source, _words, url), 3),
    summary=st.none() | _words,
    insight=st.none() | _line | st.lists(_words, min_size=2, max_size=3).map("\n\n".join),
    blocks=some(_blocks, 3),
)
_tame_bullets = st.builds(Item, st.just(ItemType.BULLET), plain, st.none() | plain, spelling=_markers)
_tame = st.builds(
    Story,
    title=plain,
    category=st.none() | plain,
    sources=some(st.builds(Source, st.text("甲乙a_&", min_size=1), url)),
    insight=st.none() | plain,
    blocks=some(_tame_bullets, 4).map(lambda each: (Block("内容简介", each),)),
)
EXPRESS = Lossless(
    slug="express",
    whole=digest(rest="## 其他相关资讯\n\n- [丙](https://c.example)\n- [丁](https://d.example)"),
    pieces=_PIECES,
    digests=st.builds(_digest, _any, _any, _any),
    documents=st.builds(
        _document,
        some(_stories, 3, 1),
        icon=_icons,
        description=st.none() | _words,
        other_links=some(st.builds(OtherLink, _words, url, st.none() | _words, spelling=_markers), 3),
    ),
    ordinary=st.builds(_document, some(_tame, 4, 1), icon=_icons),
)
