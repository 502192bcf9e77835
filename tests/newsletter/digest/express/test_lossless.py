"""Nothing vanishes: whatever is written comes back, and whatever is read is written again."""

from __future__ import annotations

import contextlib
import datetime

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from newsletter.digest.document import Block, Document, Item, ItemType, OtherLink, Section, Source, Story
from newsletter.digest.errors import DigestError, UnwritableDigest
from newsletter.digest.jsonform import from_json, to_json
from newsletter.digest.reading import parse_digest, without_findings, write_digest
from tests.newsletter.digest.samples import TITLE, found, ink

PIECES = [
    *"#>-*+`_[]()（）：:、！!&%<>\\|~= \t\n\r\u3000\u00a0\u2028\u200b\ufeff。「」甲乙a1🤖é\u0301",
    *(
        "\n\n",
        "---",
        "## ",
        "# ",
        "> ",
        "- ",
        "  - ",
        "    ",
        "**",
        "\r\n",
        "](",
        "[甲](https://a.example/x_(y))",
        " 、 ",
    ),
    *(
        "> **分类：** ",
        "> **来源：** ",
        "**核心洞察：** ",
        "**内容简介：**",
        "\n## 其他相关资讯\n",
        "\n- ",
        "\n## ",
        "\n> ",
    ),
    *(
        "[x](javascript:y)",
        "**影响：**",
        "https://a.example",
        "2025年1月2日",
        "\n  续",
        "\n\n- [乙](https://b.example)",
    ),
]
nasty = st.lists(st.sampled_from(PIECES), max_size=24).map("".join)
anything = nasty | st.text(max_size=40)
quick = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])

short = st.lists(st.sampled_from(PIECES), max_size=3).map("".join) | st.text(max_size=5)
line = short.map(lambda text: " ".join(text.split()))
words = line.filter(bool)
url = st.sampled_from(["https://a.example/x_(y)", "http://b.example/?a=1&b=：", "mailto:c@d.example"])


paragraphs = st.builds(Item, st.just(ItemType.PARAGRAPH), words)


def bullets(children: st.SearchStrategy[Item]) -> st.SearchStrategy[Item]:
    below = st.lists(children, max_size=2).map(tuple)
    return st.builds(Item, st.just(ItemType.BULLET), line, st.none() | words, below)


items = st.recursive(paragraphs | bullets(paragraphs), bullets, max_leaves=5)
blocks = st.builds(Block, st.none() | words | st.just("内容简介"), st.lists(items, max_size=3).map(tuple))
stories = st.builds(
    Story,
    title=words,
    category=st.none() | line,
    sources=st.lists(st.builds(Source, words, url), max_size=3).map(tuple),
    summary=st.none() | words,
    insight=st.none() | line | st.lists(words, min_size=2, max_size=3).map("\n\n".join),
    blocks=st.lists(blocks, max_size=3).map(tuple),
)
_DAY = datetime.date(2025, 3, 9)
documents = st.builds(
    Document,
    format=st.just("express"),
    language=st.just("zh-Hans"),
    title=st.just("试刊 - 2025年03月09日"),
    series=st.just("试刊"),
    icon=st.none() | st.just("🤖"),
    date_start=st.just(_DAY),
    date_end=st.just(_DAY),
    description=st.none() | words,
    sections=st.lists(stories, min_size=1, max_size=3).map(lambda each: (Section(stories=tuple(each)),)),
    other_links=st.lists(st.builds(OtherLink, words, url, st.none() | words), max_size=3).map(tuple),
)


@settings(quick, max_examples=60)
@given(documents)
def test_a_document_that_can_be_written_comes_back_equal(document: Document) -> None:
    try:
        text = write_digest(document)
    except UnwritableDigest:
        assume(False)
    assert without_findings(parse_digest(text.encode(), "x")) == document


plain = st.text("甲乙丙ab1，。_&%<[]（）", min_size=1, max_size=8).filter(lambda text: not text.startswith("_"))
tame_bullets = st.builds(Item, st.just(ItemType.BULLET), plain, st.none() | plain)
tame = st.builds(
    Story,
    title=plain,
    category=st.none() | plain,
    sources=st.lists(st.builds(Source, st.text("甲乙a_&", min_size=1), url), max_size=2).map(tuple),
    insight=st.none() | plain,
    blocks=st.lists(tame_bullets, max_size=4).map(lambda each: (Block("内容简介", tuple(each)),)),
)


@quick
@given(st.lists(tame, min_size=1, max_size=4))
def test_an_ordinary_document_can_always_be_written(each: list[Story]) -> None:
    document = Document(
        format="express",
        language="zh-Hans",
        title="试刊 - 2025年03月09日",
        icon="🤖",
        series="试刊",
        date_start=_DAY,
        date_end=_DAY,
        sections=(Section(stories=tuple(each)),),
    )
    assert without_findings(parse_digest(write_digest(document).encode(), "x")) == document


def reports(document: Document) -> list[str]:
    return [each.code for each in document.findings]


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
    if not found(document, "links.empty"):
        # A heading without links is reported where it stands alone, but it may be written behind a label.
        assert reports(again) == reports(document)
    assert from_json(to_json(document)) == document


@quick
@given(anything)
def test_any_text_is_refused_or_loses_nothing(text: str) -> None:
    loses_nothing(text)


@settings(quick, max_examples=400)
@given(anything, anything, anything)
def test_any_text_in_a_digest_loses_nothing(intro: str, story: str, rest: str) -> None:
    loses_nothing(f"{TITLE}\n{intro}\n## 题\n{story}\n## 其他相关资讯\n{rest}")


@quick
@given(st.binary(max_size=60) | anything.map(str.encode))
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    with contextlib.suppress(DigestError):
        parse_digest(data, "x")
