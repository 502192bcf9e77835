from __future__ import annotations

import pytest

from newsletter.digest.weblinks import read_link


@pytest.mark.parametrize(
    ("text", "name", "url"),
    [
        ("[甲](https://a.example)", "甲", "https://a.example"),
        ("[「甲 [乙]」：丙](https://a.example/x_(y))", "「甲 [乙]」：丙", "https://a.example/x_(y)"),
        (r"[甲\]](https://a.example)", r"甲\]", "https://a.example"),
        ("[ 甲 ]( https://a.example )", "甲", "https://a.example"),
    ],
)
def test_a_link_is_read_as_it_is_written(text: str, name: str, url: str) -> None:
    link = read_link(f"见{text}后", 1)
    assert link is not None
    assert (link.name, link.url, link.end) == (name, url, 1 + len(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "甲",
        "[甲",
        "[甲]",
        "[甲](https://a.example",
        "[甲] (https://a.example)",
        "[](https://a.example)",
        "[甲](x)",
        "[甲](https://a.example 题)",
        "[甲](http://[x)",
        "[甲](<https://a.example>)",
    ],
)
def test_what_is_no_whole_link_is_none(text: str) -> None:
    assert read_link(text) is None
