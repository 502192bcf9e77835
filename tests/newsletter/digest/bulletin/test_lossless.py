"""Nothing vanishes: whatever is written comes back, and whatever is read is written again."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
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
from newsletter.digest.errors import DigestError, UnwritableDigest
from newsletter.digest.jsonform import from_json, to_json
from newsletter.digest.reading import parse_digest, without_findings, write_digest
from tests.newsletter.digest.bulletin.samples import TITLE, WHOLE
from tests.newsletter.digest.samples import ink, read

PIECES = [
    *"#>-*+`_[]()（）：:、！!&%<>\\|~= \t\n\r\u3000\u00a0\u2028\u200b\ufeff。「」甲乙a1🤖é\u0301",
    *("\n\n", "---", "## ", "# ", "> ", "- ", "    - ", "    ", "**", "\r\n", "]("),
    *(
        "\n## 2. 节\n",
        "\n## 3.节\n",
        "\n### **题**\n",
        "\n### 题\n",
        "\n#### 题\n",
        "\n## ⚡ 本期速览\n",
        "\n## 拓展阅读\n",
    ),
    *("[甲](https://a.example/x_(y))", "\n[相关论文](https://a.example)\n", "\n[阅读原文](https://b.example) "),
    *("`[2025-03-08]`", "`[2025-02-30]`", "\n> **概要**：", "\n> **概要**: ", "\n**💡内容详解**\n", "\n**影响：**\n"),
    *(
        "\n- **甲**",
        "\n    - **乙**",
        "\n     - **丙**：丁",
        "\n    正文",
        "\n正文",
        "\n  续",
        "\n        - **戊:** 己",
    ),
    *("\n- **[类]** **题**: 文", "\n### [组]", "\n* [https://c.example](https://c.example) - 注", "[x](javascript:y)"),
]
nasty = st.lists(st.sampled_from(PIECES), max_size=24).map("".join)
anything = nasty | st.text(max_size=40)
quick = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


def reports(document: Document) -> list[str]:
    return sorted(each.code for each in document.findings)


def loses_nothing(text: str) -> None:
    """Either refused, or written back with every character in its place, and read again as the same."""
    try:
        document = parse_digest(text.encode(), "x")
    except DigestError:
        return
    written = write_digest(document)
    assert ink(written) == ink(text)
    again = parse_digest(written.encode(), "x")
    assert without_findings(again) == without_findings(document)
    assert reports(again) == reports(document)
    assert from_json(to_json(document)) == document


@quick
@given(anything)
def test_any_text_is_refused_or_loses_nothing(text: str) -> None:
    loses_nothing(text)


@settings(quick, max_examples=400)
@given(anything, anything, anything, anything)
def test_any_text_in_a_digest_loses_nothing(intro: str, highlights: str, story: str, rest: str) -> None:
    loses_nothing(f"{TITLE}\n{intro}\n## ⚡ 本期速览\n{highlights}\n## 1. 节\n### **题**\n{story}\n## 拓展阅读\n{rest}")


@settings(quick, max_examples=400)
@given(nasty, nasty)
def test_any_text_in_a_story_loses_nothing(head: str, items: str) -> None:
    loses_nothing(f"{TITLE}\n## 1. 节\n### **题**\n{head}\n**💡内容详解**\n{items}")


def with_line(extra: str, position: int) -> str:
    lines = WHOLE.split("\n")
    return "\n".join([*lines[:position], extra, *lines[position:]])


LABEL_ALONE = WHOLE[: WHOLE.index("只看近处")].count("\n")
POSITIONS = range(1, WHOLE.count("\n") + 1)


@pytest.mark.parametrize("position", POSITIONS)
def test_a_line_that_belongs_nowhere_is_reported_wherever_it_stands_and_costs_no_field(position: int) -> None:
    document = read(with_line("闲话", position))
    lines = {finding.line for finding in document.findings}
    # Between a label and the text under it, the line parts them, and the text belongs nowhere either.
    assert lines == {position + 1} or (lines == {position + 1, position + 2} and position == LABEL_ALONE)
    story, whole = document.stories[-1], read(WHOLE).stories[0]
    assert (story.title, story.primary_link, story.summary) == (whole.title, whole.primary_link, whole.summary)
    assert story.links == whole.links
    assert [block.label for block in story.blocks if block.label] == [block.label for block in whole.blocks]
    assert set(read(WHOLE).highlights) <= set(document.highlights)
    assert [group.title for group in document.reading if group.title] == ["论文"]


@pytest.mark.parametrize(
    "extra", ["- 条", "> 引", "# 题", "### 题", "## 节", "[甲](https://a.example)", "**乙**", "```"]
)
def test_any_line_anywhere_loses_nothing(extra: str) -> None:
    for position in POSITIONS:
        loses_nothing(with_line(extra, position))


short = st.lists(st.sampled_from(PIECES), max_size=3).map("".join) | st.text(max_size=5)
line = short.map(lambda text: " ".join(text.split()))
words = line.filter(bool)
url = st.sampled_from(["https://a.example/x_(y)", "http://b.example/?a=1&b=：", "mailto:c@d.example"])
day = st.dates(datetime.date(2000, 1, 1), datetime.date(2030, 1, 1))
spelling = st.sampled_from([None, "**", "**:", "：**", ":**", "**：", "line", "plain title", "under title"])


def some(each: st.SearchStrategy[Any], most: int = 2, least: int = 0) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(each, min_size=least, max_size=most).map(tuple)


paragraphs = st.builds(Item, st.just(ItemType.PARAGRAPH), words)


def bullets(children: st.SearchStrategy[Item]) -> st.SearchStrategy[Item]:
    return st.builds(Item, st.just(ItemType.BULLET), line, st.none() | words, some(children), spelling)


items = st.recursive(paragraphs | bullets(paragraphs), bullets, max_leaves=5)
blocks = st.builds(Block, st.none() | words | st.just("💡内容详解"), some(items), spelling)
stories = st.builds(
    Story,
    title=words,
    primary_link=st.none() | st.builds(PrimaryLink, words | st.just("阅读原文"), url, st.none() | day),
    summary=st.none() | line | st.lists(words, min_size=2, max_size=3).map("\n".join),
    blocks=some(blocks),
    links=some(st.builds(Link, words, url)),
)
_START, _END = datetime.date(2025, 3, 8), datetime.date(2025, 3, 9)


def document_of(**parts: Any) -> Document:
    return Document(
        format="bulletin",
        language="zh-Hans",
        title="试刊速报 (2025-03-08 至 2025-03-09)",
        series="试刊速报",
        date_start=_START,
        date_end=_END,
        **parts,
    )


documents = st.builds(
    document_of,
    icon=st.none() | st.just("🤖"),
    description=st.none() | words,
    highlights=some(st.builds(Highlight, words, st.none() | words, st.none() | line, spelling), 1),
    sections=some(st.builds(Section, st.none() | st.integers(0, 12), words, st.none(), some(stories, 1, 1)), 1, 1),
    reading=some(
        st.builds(
            ReadingGroup,
            line,
            some(st.builds(ReadingItem, words, url, st.none() | line) | st.builds(ReadingItem, text=words)),
        )
    ),
)


@quick
@given(documents)
def test_a_document_is_refused_or_comes_back_equal(document: Document) -> None:
    try:
        text = write_digest(document)
    except UnwritableDigest:
        return
    assert without_findings(parse_digest(text.encode(), "x")) == document


plain = st.text("甲乙丙ab1，。_&%<（）", min_size=1, max_size=8).filter(lambda text: not text.startswith("_"))
below = st.builds(Item, st.just(ItemType.BULLET), plain, plain, spelling=st.sampled_from([None, "**", "**:", "：**"]))
points = st.builds(Item, st.just(ItemType.BULLET), st.just(""), plain, some(below))
tame = st.builds(
    Story,
    title=plain,
    primary_link=st.none() | st.builds(PrimaryLink, st.just("阅读原文"), url, st.none() | day),
    summary=st.none() | plain,
    blocks=st.just(()) | some(points, 3).map(lambda each: (Block("💡内容详解", each),)),
    links=some(st.builds(Link, plain, url)),
)
tame_documents = st.builds(
    document_of,
    highlights=some(st.builds(Highlight, plain, st.none() | plain, st.none() | plain), 3),
    sections=some(tame, 3, 1).map(lambda each: (Section(1, "节", stories=each), Section(2, "又", stories=each))),
    reading=some(st.builds(ReadingGroup, plain, some(st.builds(ReadingItem, plain, url, st.none() | plain)))),
)


@quick
@given(tame_documents)
def test_an_ordinary_document_can_always_be_written(document: Document) -> None:
    assert without_findings(parse_digest(write_digest(document).encode(), "x")) == document
