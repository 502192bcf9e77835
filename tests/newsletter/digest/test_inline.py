from __future__ import annotations

import pytest

from newsletter.digest.inline import (
    MAX_INLINE,
    Anchor,
    Bold,
    Break,
    Code,
    Text,
    links_in,
    parse_inline,
    refused_urls,
    to_html,
    to_plain,
)


@pytest.mark.parametrize(
    "text",
    [
        "小模型(<15B)",
        "AT&T 与 R&D",
        "涨 87.79%",
        "[pro]、[flex] 两版",
        "snake_case_name 与 __init__",
        "模型_甲_更好",
        "2*3*4=24",
        "中*文*字",
        "** 不是粗体 **",
        "a **",
        "****",
        "x < y > z",
        "&lt;b&gt; &copy;",
        "[没有地址]",
        "[甲](半个",
        "![图]",
        "1. 甲 # 乙",
    ],
)
def test_text_that_only_looks_like_markup_is_shown_as_it_is(text: str) -> None:
    assert to_plain(text) == text
    assert parse_inline(text) == (Text(text),)


def test_html_is_text() -> None:
    assert to_html('<b onclick="x">&amp;</b>') == "&lt;b onclick=&quot;x&quot;&gt;&amp;amp;&lt;/b&gt;"


def test_bold_code_links_and_line_ends_become_nodes() -> None:
    assert parse_inline("甲**乙`丙`**\n[丁](https://d.example)") == (
        Text("甲"),
        Bold((Text("乙"), Code("丙"))),
        Break(),
        Anchor("https://d.example", (Text("丁"),)),
    )


def test_the_html_of_every_node() -> None:
    html = to_html("**甲** `<乙>`\n[丙](https://c.example/?a=1&b=2)")
    assert html == '<strong>甲</strong> <code>&lt;乙&gt;</code><br><a href="https://c.example/?a=1&amp;b=2">丙</a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**「重点」**后文", "<strong>「重点」</strong>后文"),
        ("前文**（注）**，后文", "前文<strong>（注）</strong>，后文"),
        ("模型**GPT-5**发布", "模型<strong>GPT-5</strong>发布"),
        ("**甲**乙**丙**", "<strong>甲</strong>乙<strong>丙</strong>"),
        ("**甲 **乙**", "**甲 <strong>乙</strong>"),
        ("**[甲**](https://a.example)**", '<strong><a href="https://a.example">甲**</a></strong>'),
        ("[**甲**](https://a.example)", '<a href="https://a.example"><strong>甲</strong></a>'),
        ("**`**`**", "<strong><code>**</code></strong>"),
    ],
)
def test_bold_beside_chinese_punctuation(text: str, html: str) -> None:
    assert to_html(text) == html


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/wiki/X_(y)_z",
        "http://a.example/s/8yr_L-x_?q=1&r=%20",
        "https://例子.example/路径",
        "mailto:desk@a.example",
        "HTTPS://A.example",
    ],
)
def test_addresses_stay_as_they_are_written(url: str) -> None:
    (anchor,) = links_in(f"见[甲]({url})。")
    assert anchor == Anchor(url, (Text("甲"),))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://a.example",
        "/x",
        "#x",
        "//a.example",
        "http://",
        "https:///x",
        "http://[a]b",
        "mailto:",
    ],
)
def test_other_addresses_are_text_and_reported(url: str) -> None:
    text = f"见[甲]({url})。"
    assert to_plain(text) == text
    assert "<a" not in to_html(text)
    assert len(refused_urls(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "`[甲](x)`",
        r"\[甲](https://a.example)",
        "[甲](https://a.example/(b))",
        "<https://a.example>",
        "<std:vector>",
        "甲](x)",
        "[甲](x",
        "[]()",
    ],
)
def test_what_is_no_refused_link_is_not_reported(text: str) -> None:
    assert refused_urls(text) == ()


def test_an_address_in_angle_brackets_is_a_link() -> None:
    assert to_html("<https://a.example/x_y>") == '<a href="https://a.example/x_y">https://a.example/x_y</a>'


def test_plain_text_can_show_the_addresses() -> None:
    text = "[甲](https://a.example) **乙** <https://b.example>"
    assert to_plain(text) == "甲 乙 https://b.example"
    assert to_plain(text, urls=True) == "甲 (https://a.example) 乙 https://b.example"


def test_a_backslash_takes_the_markup_from_the_next_character() -> None:
    assert to_plain(r"\**甲\** \[乙](https://a.example)") == "**甲** [乙](https://a.example)"


def test_what_is_too_long_is_shown_as_text() -> None:
    text = "甲" * MAX_INLINE + "**乙**"
    assert to_plain(text) == text
