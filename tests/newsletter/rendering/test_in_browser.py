"""The mail on a screen: no sideways scrolling on the smallest phone, nothing for axe-core to find."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from newsletter.digest.document import Document
from newsletter.rendering.pipeline import render
from newsletter.rendering.slots import fill
from tests.newsletter.rendering.factories import VALUES, publication_of
from tests.newsletter.rendering.full import FORMATS, full_document
from tests.newsletter.rendering.odd import odd_document

CHROMIUM = Path("/usr/bin/chromium")
LONG = "https://example.cn/" + "very-long-path_without-any-break" * 8

pytestmark = pytest.mark.chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CHROMIUM} is not installed")
        pytest.skip(f"{CHROMIUM} is not installed")
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        yield launched
        launched.close()


def opened(browser: Browser, html: str, *, width: int, dark: bool = False) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light")
    page.set_content(html)
    return page


def filled(issue: Document) -> str:
    return fill(render(issue, publication_of(issue)).html, VALUES, "html")


def unstyled(html: str) -> str:
    """As a client shows it that drops style blocks."""
    return re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("width", [320, 375, 680])
def test_nothing_scrolls_sideways(browser: Browser, width: int, format_name: str) -> None:
    html = filled(full_document(format_name, LONG))
    for variant in (html, unstyled(html)):
        page = opened(browser, variant, width=width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()


def test_a_real_issue_fits_the_smallest_phone(browser: Browser, issue: Document) -> None:
    html = filled(issue)
    for variant in (html, unstyled(html)):
        page = opened(browser, variant, width=320)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.close()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("format_name", FORMATS)
def test_axe_finds_nothing_in_issues_with_every_field_or_oddity(browser: Browser, format_name: str, dark: bool) -> None:
    test_axe_finds_nothing(browser, full_document(format_name), dark)
    test_axe_finds_nothing(browser, odd_document(format_name), dark)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(browser: Browser, issue: Document, dark: bool) -> None:
    page = opened(browser, filled(issue), width=375, dark=dark)
    found = {rule["id"]: [node["html"] for node in rule["nodes"][:3]] for rule in Axe().run(page)["violations"]}
    page.close()
    assert found == {}


@pytest.mark.parametrize("format_name", FORMATS)
def test_links_are_as_tall_as_a_thumb(browser: Browser, format_name: str) -> None:
    page = opened(browser, filled(full_document(format_name)), width=375)
    heights = page.evaluate("[...document.querySelectorAll('a.tap, a.block')].map(a => a.offsetHeight)")
    page.close()
    assert min(heights) >= 44


def test_dark_mode_reaches_every_ground_and_outlooks_attribute_does_the_same(browser: Browser) -> None:
    script = """['.page > div', '.page div td', '.card', '.card div', '.tint', '.muted', 'h2', 'h4', '.category',
                 '.mark', '.part', '.credits', '.small', '.glance', '.numeral', '.english', '.kicker', '.series']
    .map(name => {
        const style = getComputedStyle(document.querySelector(name));
        return [name, style.backgroundColor, style.color]; })"""
    html = filled(full_document("report"))
    page = opened(browser, html, width=375, dark=True)
    dark = page.evaluate(script)
    assert page.evaluate("getComputedStyle(document.querySelector('.page')).backgroundColor") == "rgb(17, 20, 24)"
    page.close()
    page = opened(browser, html.replace("<body ", "<body data-ogsc data-ogsb ", 1), width=375)
    outlook = page.evaluate(script)
    page.close()
    assert dark == outlook
    assert dark[2][1] == "rgb(27, 32, 39)"
