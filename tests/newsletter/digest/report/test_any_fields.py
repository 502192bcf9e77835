"""A story's fields in any order and any front matter come back letter by letter."""

from __future__ import annotations

import contextlib
import dataclasses

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from newsletter.digest import document as d
from newsletter.digest.errors import DigestError, UnwritableDigest
from newsletter.digest.reading import write_digest
from tests.newsletter.digest.report.samples import MATTER, SECTION, STORY, read
from tests.newsletter.digest.test_lossless import loses_nothing, quick


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
