"""``make previews``: every sample, and every digest in the folder SUDI_DIGESTS, as the mail that readers would get.

Chromium shows each one at three widths, light, dark, without pictures, and without style blocks (as some clients do).
The pictures, the mails and the plain texts go to ``var/previews``; ``index.html`` and ``sheet.png`` show all at once.
"""

from __future__ import annotations

import html
import itertools
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.rendering.shown import VARIANTS, Variant, as_shown

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "var" / "previews"
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDTHS = (320, 375, 680)
# Chromium repeats what is beyond 16,384 px, and taller pictures are no use to anybody's eyes.
SLICE = 4000
LINKS = {
    "web_url": "https://news.sudi.example/issue/",
    "preferences_url": "https://news.sudi.example/preferences/token",
    "unsubscribe_url": "https://news.sudi.example/unsubscribe/token",
    "campaign_id": "preview",
    "recipient_name": "",
}


@dataclass(frozen=True, slots=True)
class Preview:
    """One mail: its name, what it says about itself, and its HTML with slots filled."""

    name: str
    subject: str
    size: int
    html: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One mail in one variant at one width, cut into slices from top to bottom."""

    preview: Preview
    variant: str
    width: int
    slices: tuple[str, ...]


def main() -> int:
    if not CHROMIUM.exists():
        print(f"Previews are taken with Chromium, which is not installed: {CHROMIUM}", file=sys.stderr)
        return 1
    paths = digests(os.environ.get("SUDI_DIGESTS"))
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    found = list(previews(paths, FOLDER))
    if not found:
        print("There is no digest to preview.", file=sys.stderr)
        return 1
    sheet = take(found, FOLDER)
    print(f"{len(found)} mails in {sheet.relative_to(ROOT)}")
    return 0


def digests(folder: str | None) -> list[Path]:
    """The samples, and the digests of one more folder."""
    folders = [ROOT / "samples", *([Path(folder)] if folder else [])]
    return sorted(path for each in folders for path in each.glob("*-*.md"))


def previews(paths: Sequence[Path], folder: Path) -> Iterator[Preview]:
    """The mails of the digests; their HTML and text are written into ``folder``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from demo.mails import mail_of  # noqa: PLC0415 - Django starts with the environment made above

    for path in paths:
        mail = mail_of(path, LINKS)
        if mail is None:
            continue
        (folder / f"{path.stem}.html").write_text(mail.html, encoding="utf-8")
        (folder / f"{path.stem}.txt").write_text(mail.text, encoding="utf-8")
        yield Preview(path.stem, mail.subject, len(mail.html.encode()), mail.html)


def take(found: Sequence[Preview], folder: Path) -> Path:
    """Photograph all mails into ``folder`` and give the address of the sheet that shows them."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - not needed to say that Chromium is missing

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        shots = itertools.product(found, VARIANTS, WIDTHS)
        pictures = [_picture(browser, preview, variant, width, folder) for preview, variant, width in shots]
        index = folder / "index.html"
        index.write_text(sheet(pictures), encoding="utf-8")
        page = browser.new_page(viewport={"width": 1600, "height": 900})
        page.goto(index.as_uri())
        page.screenshot(path=folder / "sheet.png", full_page=True)
        browser.close()
    return index


def _picture(browser: Browser, preview: Preview, variant: Variant, width: int, folder: Path) -> Picture:
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme="dark" if variant == "dark" else "light"
    )
    page.route("**/*", lambda route: route.abort())
    page.set_content(as_shown(preview.html, variant))
    stem = f"{preview.name}-{width}-{variant}"
    slices = tuple(_slices(page, width, folder, stem))
    page.close()
    return Picture(preview, variant, width, slices)


def _slices(page: Page, width: int, folder: Path, stem: str) -> Iterator[str]:
    height = int(page.evaluate("document.documentElement.scrollHeight"))
    for number, top in enumerate(range(0, height, SLICE), 1):
        name = f"{stem}-{number}.png"
        clip = {"x": 0, "y": top, "width": width, "height": min(SLICE, height - top)}
        page.screenshot(path=folder / name, full_page=True, clip=clip)  # type: ignore[arg-type]  # a TypedDict
        yield name


def sheet(pictures: Sequence[Picture]) -> str:
    """The contact sheet: a row for each mail, the top of every picture; each leads to the whole of it."""
    rows = "".join(_row(list(group)) for _, group in itertools.groupby(pictures, key=lambda each: each.preview.name))
    return _SHEET.replace("%rows%", rows)


def _row(pictures: Sequence[Picture]) -> str:
    preview = pictures[0].preview
    figures = "".join(map(_figure, pictures))
    title = f"{preview.name} · {preview.size / 1000:.1f} KB · {html.escape(preview.subject)}"
    links = f'<a href="{preview.name}.html">HTML</a> <a href="{preview.name}.txt">text</a>'
    return f"<section><h2>{title} {links}</h2><div>{figures}</div></section>"


def _figure(picture: Picture) -> str:
    images = "".join(f'<a href="{name}"><img src="{name}" alt=""></a>' for name in picture.slices)
    caption = f"{picture.width} {picture.variant}"
    return f'<figure style="flex:{picture.width}"><figcaption>{caption}</figcaption><p>{images}</p></figure>'


_SHEET = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Previews</title><style>
body { margin: 24px; font: 13px/1.5 system-ui, sans-serif; background: #dfe2e6; color: #14181d; }
h2 { margin: 24px 0 8px; font-size: 15px; } div { display: flex; gap: 8px; } figure { margin: 0; min-width: 0; }
figcaption { white-space: nowrap; overflow: hidden; }
p { margin: 0; height: 620px; overflow: auto; background: #fff; scrollbar-width: none; }
img { display: block; width: 100%; }
</style><h1>Previews</h1>%rows%</html>
"""

if __name__ == "__main__":
    sys.exit(main())
