"""Pages in Debian's Chromium, and what axe-core finds on them. Nothing is fetched: the pages are given as text, and
static files are read from where they lie."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from axe_core_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Route, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ORIGIN = "http://pages.test"
WIDTHS = (320, 375, 1200)


def require_chromium() -> None:
    """Skip the test where there is no Chromium; fail it in CI."""
    if not CHROMIUM.exists():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"{CHROMIUM} is not installed")


def audit(pages: Mapping[str, str]) -> list[str]:
    """What is wrong with pages (address → HTML): axe-core's findings, light on a phone and dark on a
    desktop, and sideways scrolling.

    The browser is closed again before this returns: Django's database can't be used beside a running event loop.
    """
    require_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        found = [finding for address in pages for finding in _audit_page(browser, pages, address)]
        browser.close()
    return found


def _audit_page(browser: Browser, pages: Mapping[str, str], address: str) -> list[str]:
    found = []
    for scheme, screen in (("light", 375), ("dark", 1200)):
        page = _opened(browser, pages, address, width=screen, dark=scheme == "dark")
        for rule in Axe().run(page)["violations"]:
            found += [f"{address} {scheme} {rule['id']}: {node['html']}" for node in rule["nodes"]]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"{address} scrolls sideways at {width} px")
        page.close()
    return found


def _opened(browser: Browser, pages: Mapping[str, str], address: str, *, width: int, dark: bool) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light")

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if path in pages:
            route.fulfill(body=pages[path], content_type="text/html; charset=utf-8")
        elif path.startswith("/static/") and (found := finders.find(path.removeprefix("/static/"))):
            route.fulfill(path=found, content_type=mimetypes.guess_type(found)[0])
        else:
            route.abort()

    page.route("**/*", answer)
    page.goto(ORIGIN + address)
    return page
