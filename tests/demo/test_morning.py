"""A morning at the desk, in a browser: from a writer's upload to the mail that an editor approved.

``make morning`` keeps a picture of each step in ``var/morning``.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from demo.seed import PASSWORD
from tests.browser import CHROMIUM, FLAGS, require_chromium
from tests.demo.running import DEADLINE, start

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "report-2026-01-17.md"
STORIES_DECLARED = re.compile(r"(\*資料來源：)(\d+)")
UNDO_SECONDS = 8


def faulty(folder: Path) -> Path:
    """A report whose colophon counts its stories wrongly: a real one, or the sample of another day."""
    real = Path(os.environ.get("SUDI_DIGESTS", "")) / "report-2025-12-22.md"
    if os.environ.get("SUDI_DIGESTS") and real.exists():
        return real
    text = SAMPLE.read_text(encoding="utf-8").replace("2026-01-17", "2026-01-19").replace("2026/01/17", "2026/01/19")
    path = folder / "report-2026-01-19.md"
    path.write_text(STORIES_DECLARED.sub(lambda found: f"{found[1]}{int(found[2]) + 1}", text), encoding="utf-8")
    return path


class Desk:
    """The running demo, and a browser of the desk's people."""

    def __init__(self, checkout: Path, browser: Browser, site: str, sandbox: str, pictures: Path | None) -> None:
        self.checkout, self.browser, self.site, self.sandbox = checkout, browser, site, sandbox
        self.pictures, self.taken = pictures, 0

    def signed_in(self, username: str, **options: Any) -> Page:
        context: BrowserContext = self.browser.new_context(**options)
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.goto(f"{self.site}/admin/login/")
        page.fill("#id_username", username)
        page.fill("#id_password", PASSWORD)
        page.click("input[type=submit]")
        return page

    def picture(self, page: Page, name: str) -> None:
        self.taken += 1
        if self.pictures:
            page.wait_for_load_state("networkidle")  # the preview's frame, too
            page.wait_for_timeout(500)  # which is painted a little later
            page.screenshot(path=self.pictures / f"{self.taken:02}-{name}.png", full_page=True)

    def messages(self, **query: str) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.sandbox}/api/messages?{urllib.parse.urlencode(query)}") as answer:
            found: list[dict[str, Any]] = json.load(answer)
        return found

    def command(self, *words: str) -> str:
        """What a command of the running installation prints."""
        variables = {
            "SUDI_DATA_DIR": str(self.checkout / "var" / "demo"),
            "SUDI_BASE_URL": self.site,
            "SUDI_INSTANCE": "demo",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PATH": os.environ["PATH"],
        }
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=self.checkout, env=variables, capture_output=True, check=True
        )
        return done.stdout.decode()


@pytest.fixture(scope="module")
def desk(checkout: Path) -> Iterator[Desk]:
    require_chromium()
    pictures = Path(os.environ["SUDI_PICTURES"]) if os.environ.get("SUDI_PICTURES") else None
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
    demo = start(checkout, "--digest", str(SAMPLE), SUDI_UNDO_SECONDS=str(UNDO_SECONDS))
    try:
        assert demo.stdout is not None
        said = "".join(itertools.takewhile(lambda line: "Archive" not in line, demo.stdout))
        addresses = {name: re.search(rf"{name}\s+(http://[^/\s]+)", said) for name in ("Inbox", "Desk")}
        inbox, site = addresses["Inbox"], addresses["Desk"]
        assert inbox, said
        assert site, said
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
            yield Desk(checkout, browser, site[1], inbox[1], pictures)
            browser.close()
    finally:
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=DEADLINE)


def waited(until: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + DEADLINE
    while not until():
        assert time.monotonic() < deadline, what
        time.sleep(0.5)


@pytest.mark.chromium
def test_a_morning(desk: Desk, tmp_path: Path) -> None:
    lin, review = _uploads(desk, faulty(tmp_path))
    slug = lin.locator(".breadcrumbs").inner_text().split("›")[-1].strip()
    _mends_a_finding(desk, lin, review)
    _submits(desk, lin, review)
    expect(lin.get_by_role("button", name=re.compile("^Approve"))).to_have_count(0)

    mei = desk.signed_in("mei", viewport={"width": 375, "height": 812}, color_scheme="dark")
    _asks_for_a_change(desk, mei, review)
    _makes_the_change(desk, lin, review)
    approved = _approves(desk, mei, review)
    _schedules(desk, mei, review)
    _undoes(desk, mei)
    _schedules(desk, mei, review)
    _arrives(desk, mei, slug, approved)


def _uploads(desk: Desk, digest: Path) -> tuple[Page, str]:
    lin = desk.signed_in("lin", viewport={"width": 1280, "height": 900})
    desk.picture(lin, "the-desk")
    lin.goto(f"{desk.site}/admin/newsletter/issue/upload/")
    lin.set_input_files("#id_digests", digest)
    lin.click("input[name=import]")
    expect(lin.locator(".answer")).to_contain_text(str(digest.name))
    desk.picture(lin, "uploaded")
    lin.locator(".answer").get_by_role("link", name="Review").click()
    expect(lin.locator("#findings")).to_contain_text("count-differs")
    desk.picture(lin, "findings")
    return lin, lin.url


def _mends_a_finding(desk: Desk, lin: Page, review: str) -> None:
    lin.locator("#status").get_by_role("link", name="Markdown").click()
    text = lin.input_value("#id_text")
    told = re.search(r"holds (\d+) stories", lin.locator(".beside").inner_text())
    assert told
    desk.picture(lin, "markdown")
    lin.fill("#id_text", STORIES_DECLARED.sub(lambda found: f"{found[1]}{told[1]}", text))
    lin.click("input[name=check]")
    expect(lin.locator("#differences-title")).to_be_visible()
    desk.picture(lin, "checked")
    lin.click("input[name=save]")
    expect(lin.locator(".messagelist")).to_contain_text("Saved")
    lin.goto(review)
    expect(lin.locator("#findings")).not_to_contain_text("count-differs")


def _submits(desk: Desk, lin: Page, review: str) -> None:
    lin.goto(review)
    lin.get_by_role("link", name="Submit for review").click()
    lin.click("input[type=submit].default")
    expect(lin.locator("#status")).to_contain_text("in review")
    desk.picture(lin, "submitted")


def _asks_for_a_change(desk: Desk, mei: Page, review: str) -> None:
    desk.picture(mei, "awaiting-review-dark-375")
    mei.goto(review)
    mei.get_by_role("radio", name="Dark").check()
    desk.picture(mei, "review-dark-375")
    mei.locator("summary", has_text="Request changes").click()
    mei.fill("#note-request-changes", "主題太長，請縮短。")
    mei.get_by_role("button", name="Request changes").click()
    expect(mei.locator("#status")).to_contain_text("changes requested")


def _makes_the_change(desk: Desk, lin: Page, review: str) -> None:
    lin.goto(review)
    expect(lin.locator("#history")).to_contain_text("主題太長")
    lin.locator("#inbox summary").click()
    lin.fill("#id_subject", "晨間情報：今天只讀這一封")
    lin.locator("#inbox").get_by_role("button", name="Save").click()
    expect(lin.locator("#inbox .phone-line")).to_contain_text("今天只讀這一封")
    _submits(desk, lin, review)


def _approves(desk: Desk, mei: Page, review: str) -> str:
    mei.goto(review)
    approve = mei.get_by_role("button", name=re.compile("^Approve this version"))
    seen = approve.inner_text().split()[-1]
    approve.click()
    expect(mei.locator("#status")).to_contain_text("approved")
    expect(mei.locator("#history")).to_contain_text(seen)
    desk.picture(mei, "approved")
    return seen


def _schedules(desk: Desk, mei: Page, review: str) -> None:
    mei.goto(review)
    mei.locator("#act").get_by_role("link", name=re.compile("^Schedule")).click()
    mei.locator("input[name=when][value=now]").check()
    desk.picture(mei, "schedule-options")
    mei.get_by_role("button", name="Continue to the final review").click()
    expect(mei.locator("#content")).to_contain_text("晨間情報")
    desk.picture(mei, "schedule-final")
    mei.get_by_role("button", name="Send now").click()
    expect(mei.locator("#status")).to_contain_text("scheduled")


def _undoes(desk: Desk, mei: Page) -> None:
    desk.picture(mei, "undo-bar")
    mei.locator("#scheduled").get_by_role("button", name="Undo").click()
    expect(mei.locator("#status")).to_contain_text("approved")
    desk.picture(mei, "undone")


def _arrives(desk: Desk, mei: Page, slug: str, approved: str) -> None:
    """What came is, byte for byte, what was approved, with this reader's slots filled."""
    waited(lambda: bool(_of(slug, desk.messages())), "the mail has not arrived")
    mail = _of(slug, desk.messages())[0]
    address = _address(mail)
    rendition = f"from newsletter.models import Issue; print(Issue.objects.get(slug={slug!r}).approved_rendition.hash)"
    assert desk.command("shell", "--command", rendition, "--verbosity", "0").strip().startswith(approved)
    for part in ("subject", "html", "text"):
        sent = desk.command("render_issue", slug, "--part", part, "--subscriber", address)
        assert mail[part].strip() == sent.strip(), part
    waited(lambda: "sent" in _status(mei), "the campaign has not finished")
    desk.picture(mei, "sent")
    told = [message["subject"] for message in desk.messages(to="mei@sudi.example")]
    assert any(slug in subject for subject in told), told


def _of(slug: str, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The issue's mails to readers on the list."""
    mails = [message for message in messages if slug in message["text"] and "delivery" in message["tags"]]
    return [mail for mail in mails if _address(mail).startswith("reader")]


def _address(message: dict[str, Any]) -> str:
    to = message["to"]
    return str(to[0] if isinstance(to, list) else to)


def _status(page: Page) -> str:
    page.reload()
    return page.locator("#status .status").inner_text()
