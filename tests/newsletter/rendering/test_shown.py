"""A mail as clients show it."""

from __future__ import annotations

import pytest

from newsletter.rendering.shown import VARIANTS, as_shown, with_dead_links

DARK = "<style>:root{color-scheme:light dark}@media (prefers-color-scheme:dark){a{color:red}}</style>"
META = '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
IMAGE = '<p><img alt="x" src="https://a.example/i.png"></p>'


def test_a_client_that_drops_style_blocks() -> None:
    assert as_shown(f"{DARK}{IMAGE}", "no-styles") == IMAGE


def test_a_client_that_loads_no_pictures() -> None:
    assert as_shown(IMAGE, "no-images") == '<p><img alt="x" src=""></p>'


def test_the_dark_answers_the_mails_own_question() -> None:
    dark = "<style>:root{color-scheme:dark}@media (min-width:0){a{color:red}}</style>"
    assert as_shown(DARK, "dark") == dark
    assert as_shown(META, "dark") == META.replace("light dark", "dark")


@pytest.mark.parametrize("variant", [each for each in VARIANTS if each not in {"dark", "no-styles"}])
def test_light_is_light_on_a_dark_screen(variant: str) -> None:
    light = "<style>:root{color-scheme:light}@media (max-width:0){a{color:red}}</style>"
    assert as_shown(DARK, variant) == light  # type: ignore[arg-type]  # one of them
    assert as_shown(META, variant) == META.replace("light dark", "light")  # type: ignore[arg-type]


def test_queries_for_light_are_answered_too() -> None:
    asked = "<style>@media screen and (prefers-color-scheme: light){a{color:red}}</style>"
    assert "(min-width:0)" in as_shown(asked, "light")
    assert "(max-width:0)" in as_shown(asked, "dark")


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_the_issue_says_stays(variant: str) -> None:
    said = "<p>@media (prefers-color-scheme: dark) { color-scheme: light dark }</p>"
    assert as_shown(said, variant) == said  # type: ignore[arg-type]  # one of them


@pytest.mark.parametrize(
    ("link", "dead"),
    [
        ('<a href="https://a.cn/?x=1&amp;y=2">x</a>', '<a href="#nowhere" title="https://a.cn/?x=1&amp;y=2">x</a>'),
        ('<a class="tap" href="/u/x" ses:no-track>x', '<a class="tap" href="#nowhere" title="/u/x" ses:no-track>x'),
        ("<A HREF='https://a.example/'>x</A>", "<A href=\"#nowhere\" title='https://a.example/'>x</A>"),
        ("<a href=https://a.example/>x</a>", '<a href="#nowhere" title="https://a.example/">x</a>'),
        ('<a title="1 > 0" href="https://a.example/">x', '<a title="1 > 0" href="#nowhere" title="https://a.example/">x'),
        ('<a\nhref = "https://a.example/">x', '<a href="#nowhere" title="https://a.example/">x'),
    ],
)  # fmt: skip
def test_a_link_leads_nowhere_and_says_where_it_would(link: str, dead: str) -> None:
    assert with_dead_links(link) == dead


@pytest.mark.parametrize("text", ['<abbr title="x">href="y"</abbr>', "<p>href=x</p>", "<a id=x>x</a>", "a < b href=x"])
def test_what_is_no_link_stays(text: str) -> None:
    assert with_dead_links(text) == text
