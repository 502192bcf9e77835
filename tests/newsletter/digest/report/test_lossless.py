"""Nothing vanishes: whatever is written comes back, and whatever is read is written again."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import json

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from newsletter.digest import document as d
from newsletter.digest.errors import DigestError, UnwritableDigest
from newsletter.digest.jsonform import from_json, to_json
from newsletter.digest.reading import parse_digest, without_findings, write_digest
from tests.newsletter.digest.report.samples import COLOPHON, INSIGHT, MATTER, READING, SECTION, STORY, codes, read
from tests.newsletter.digest.samples import ink

PIECES = [
    *"#>-*+`_[]()（）：:、！!&%<>\\|~= \t\n\r\u3000\u00a0\u2028\u200b\ufeff。「」甲乙a1🤖é\u0301—",
    *("\n\n", "---", "## ", "### ", "# ", "- ", "* ", "  - ", "    ", "**", "\r\n", "](", "1. ", "\n2. ", "1、"),
    *("\n## ", "\n### ", "\n\n### ", "\n- ", "\n  - ", "\n* ", "\n  續", "\n**甲**", "**甲**：", "*甲：乙*", " | "),
    *(
        "\n**核心摘要**  \n",
        "\n**技術細節**：",
        "\n**關鍵實體**：甲、乙",
        "\n**重要性**：高",
        "\n**重要性**:",
        "\n**影響**：大",
    ),
    *(
        "\n**來源**： [來源1](https://a.example)",
        "、[來源2](https://b.example)",
        "[x](javascript:y)",
        "[甲](https://c.example)",
    ),
    *(
        "\n## 編輯洞察（Editor’s Insight）\n",
        "\n## 延伸閱讀與資源\n",
        "\n**關注清單**：\n\n1. 甲",
        "\n### 本日關鍵詞\n\n`甲` `乙`",
    ),
    *(
        "\n*資料來源：19 篇文章 | 分析主題：18 個*\n",
        "\n## 節 (Section)\n",
        "\n* [甲](https://d.example) — 註",
        "\n* 甲：乙",
        "（En）",
    ),
]
nasty = st.lists(st.sampled_from(PIECES), max_size=24).map("".join)
anything = nasty | st.text(max_size=40)
quick = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


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
    assert again.notation == document.notation
    assert [code for code, _ in codes(again)] == [code for code, _ in codes(document)]
    restored = from_json(json.loads(json.dumps(to_json(document))))
    assert (restored, restored.notation) == (document, document.notation)


@quick
@given(anything)
def test_any_text_is_refused_or_loses_nothing(text: str) -> None:
    loses_nothing(text)


@settings(quick, max_examples=200)
@given(anything, anything, anything)
def test_any_text_in_a_story_loses_nothing(intro: str, story: str, rest: str) -> None:
    loses_nothing(f"---\n{MATTER}---\n{intro}\n{SECTION}\n### 題\n{story}\n## 節（Section）\n{rest}")


@settings(quick, max_examples=200)
@given(anything, anything, anything)
def test_any_text_in_the_parts_behind_the_stories_loses_nothing(insight: str, reading: str, colophon: str) -> None:
    loses_nothing(
        f"---\n{MATTER}---\n{SECTION}\n{STORY}\n{INSIGHT}\n{insight}\n{READING}\n{reading}\n{colophon}\n{COLOPHON}"
    )


@quick
@given(
    st.lists(st.sampled_from(["核心摘要", "影響", "- ", "**", "：", ":", "\n", "甲", "  "]), max_size=30).map("".join)
)
def test_any_labels_in_a_story_lose_nothing(story: str) -> None:
    loses_nothing(f"---\n{MATTER}---\n{SECTION}\n### 題\n{story}")


@quick
@given(
    st.permutations(
        [
            "**關鍵實體**：甲、乙",
            "**重要性**:高",
            "續",
            "**來源**： [甲](https://a.example), [乙](https://b.example)",
            "- 條",
            "**影響**",
            "**重要性**：低",
        ]
    ),
    st.lists(st.sampled_from(["\n", "\n\n"]), min_size=7, max_size=7),
)
def test_fields_in_any_order_lose_nothing(lines: list[str], gaps: list[str]) -> None:
    loses_nothing(f"---\n{MATTER}---\n{SECTION}\n### 題\n" + "".join(map("".join, zip(lines, gaps, strict=True))))


YAML_PIECES = [
    *"#>-*+&!|%@`'\"[]{}:,? \t\n\\~=é甲1\u2028\ufeff\u0085",
    *(
        "\n- ",
        "key: ",
        "\ntitle: ",
        "\ndate: 2025-01-02",
        ": |\n  ",
        ": >-\n  ",
        "<<: ",
        "&a ",
        "*a",
        "!!str ",
        "\\0",
        "\\ud800",
        "\n...\n",
    ),
    *(
        "true",
        "no",
        "1.10",
        "0x1F",
        "12:30",
        "null",
        "\n  b: ",
        "{a: 1}",
        "\ntags: [甲, 2]",
        "\ncover:\n  image: x",
        "# 註\n",
    ),
]


@settings(quick, max_examples=200)
@given(st.lists(st.sampled_from(YAML_PIECES), max_size=20).map("".join), st.booleans())
def test_any_front_matter_is_refused_or_comes_back_letter_by_letter(extra: str, first: bool) -> None:
    matter = f"{extra}\n{MATTER}" if first else f"{MATTER}{extra}\n"
    text = f"---\n{matter}---\n{SECTION}\n{STORY}"
    loses_nothing(text)
    with contextlib.suppress(DigestError):
        assert write_digest(read(text)).startswith(f"---\n{matter.split(chr(10) + '---', 1)[0].rstrip(chr(10))}")


@settings(quick, max_examples=200)
@given(
    st.lists(st.sampled_from(YAML_PIECES), max_size=12).map("".join),
    st.sampled_from(
        ["甲", "yes", "1.10", "a: b", "- x", "'", '"', "#x", "12:30", "2025-01-02", "=", "~x", "甲\u2028乙", "🤖"]
    ),
    st.lists(st.sampled_from(["甲", "no", "1.0", "#", "a, b", "*x"]), max_size=2),
    st.none() | st.just(d.Cover("/x: y.png", None, relative=False)),
    st.none() | st.just("兩\n行"),
)
def test_edited_fields_are_written_and_all_else_stays(
    extra: str, title: str, tags: list[str], cover: d.Cover | None, summary: str | None
) -> None:
    try:
        document = read(f"---\n{MATTER}{extra}\n---\n{SECTION}\n{STORY}")
    except DigestError:
        return
    edited = dataclasses.replace(document, title=title, tags=tuple(tags), cover=cover, summary=summary, draft=None)
    try:
        again = read(write_digest(edited))
    except UnwritableDigest:
        assume("\u2028" in title)  # more than a line: no title of a digest
        return
    assert dataclasses.replace(again, front_matter={}, findings=()) == dataclasses.replace(
        edited, front_matter={}, findings=()
    )
    untouched = document.front_matter.keys() - {"title", "tags", "cover", "summary", "draft"}
    assert {key: again.front_matter[key] for key in untouched} == {key: document.front_matter[key] for key in untouched}


short = st.lists(st.sampled_from(PIECES), max_size=3).map("".join) | st.text(max_size=5)
plain = st.text("甲乙丙ab，。&%", min_size=1, max_size=8)
# Mostly plain: of many nasty texts, one is bound to be unwritable.
line = st.one_of(*[plain] * 12, short.map(lambda text: " ".join(text.split())))
words = line.filter(bool)
url = st.sampled_from(["https://a.example/x_(y)", "http://b.example/?a=1&b=：", "mailto:c@d.example"])
paragraphs = st.builds(d.Item, st.just(d.ItemType.PARAGRAPH), words)


def bullets(children: st.SearchStrategy[d.Item]) -> st.SearchStrategy[d.Item]:
    below = st.lists(children, max_size=2).map(tuple)
    return st.builds(d.Item, st.just(d.ItemType.BULLET), line, st.none() | words, below)


items = st.recursive(paragraphs | bullets(paragraphs), bullets, max_leaves=5)
labels = st.none() | words | st.sampled_from(["核心摘要", "技術細節"])
stories = st.builds(
    d.Story,
    title=words,
    blocks=st.lists(st.builds(d.Block, labels, st.lists(items, max_size=3).map(tuple)), max_size=3).map(tuple),
    entities=st.lists(words, max_size=3).map(tuple),
    importance=st.none() | line | st.lists(words, min_size=2, max_size=2).map("\n".join),
    sources=st.lists(st.builds(d.Source, words, url), max_size=2).map(tuple),
)
sections = st.builds(
    d.Section, st.none(), words, st.none() | words, st.lists(stories, min_size=1, max_size=2).map(tuple)
)
insights = st.builds(
    d.EditorInsight,
    st.just("編輯洞察"),
    st.none() | st.just("Insight"),
    st.lists(st.builds(d.InsightPart, words, st.lists(words, max_size=2).map(tuple)), max_size=2).map(tuple),
    st.none() | st.builds(d.Watchlist, words, st.lists(words, min_size=1, max_size=2).map(tuple)),
)
reading_items = st.builds(d.ReadingItem, words, url, st.none() | words) | st.builds(
    d.ReadingItem, st.none() | words, st.none(), st.none(), words
)
groups = st.builds(d.ReadingGroup, words, st.lists(reading_items, max_size=2).map(tuple))
_DAY = datetime.date(2025, 3, 9)
documents = st.builds(
    d.Document,
    format=st.just("report"),
    language=st.just("zh-Hant"),
    title=words,
    date_start=st.just(_DAY),
    date_end=st.just(_DAY),
    sections=st.lists(sections, min_size=1, max_size=2).map(tuple),
    editor_insight=st.none() | insights,
    reading=st.lists(groups, max_size=2).map(tuple),
    keywords=st.lists(words, max_size=2).map(tuple),
    colophon=st.lists(st.builds(d.ColophonLine, words, line), max_size=3).map(tuple),
)


@settings(quick, max_examples=40)
@given(documents)
def test_a_document_that_can_be_written_comes_back_equal(document: d.Document) -> None:
    try:
        text = write_digest(document)
    except UnwritableDigest:
        assume(False)
    again = without_findings(parse_digest(text.encode(), "x"))
    assert dataclasses.replace(again, front_matter={}) == dataclasses.replace(document, front_matter={})


tame_items = st.builds(d.Item, st.just(d.ItemType.BULLET), plain, st.none() | plain) | st.builds(
    d.Item, st.just(d.ItemType.PARAGRAPH), plain
)
tame = st.builds(
    d.Story,
    title=plain,
    blocks=st.lists(st.builds(d.Block, plain, st.lists(tame_items, max_size=4).map(tuple)), max_size=3).map(tuple),
    entities=st.lists(plain, max_size=3).map(tuple),
    importance=st.none() | plain,
    sources=st.lists(st.builds(d.Source, plain, url), max_size=2).map(tuple),
)


@quick
@given(st.lists(tame, min_size=1, max_size=4), plain, st.lists(plain, max_size=3))
def test_an_ordinary_document_can_always_be_written(each: list[d.Story], title: str, keywords: list[str]) -> None:
    document = d.Document(
        format="report",
        language="zh-Hant",
        title=title,
        date_start=_DAY,
        date_end=_DAY,
        sections=(d.Section(title="焦點", title_en="Top", stories=tuple(each)),),
        keywords=tuple(keywords),
    )
    again = without_findings(parse_digest(write_digest(document).encode(), "x"))
    assert dataclasses.replace(again, front_matter={}) == document


@quick
@given(st.binary(max_size=60) | anything.map(str.encode))
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    with contextlib.suppress(DigestError):
        parse_digest(data, "x")
