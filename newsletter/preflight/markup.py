"""What there is in a mail's HTML: links, anchors, images."""

from __future__ import annotations

import dataclasses
from html.parser import HTMLParser


@dataclasses.dataclass(frozen=True, slots=True)
class Image:
    """``alt`` is empty for an ornament, and ``None`` where nobody said."""

    src: str
    alt: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class Markup:
    """``text`` is what is shown, in pieces, without what stands in the head; the links hold their slots unfilled."""

    hrefs: tuple[str, ...]
    ids: frozenset[str]
    images: tuple[Image, ...]
    text: str


def read_markup(html: str) -> Markup:
    """The links, ids, images and words of a page, in the order of the page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return Markup(tuple(reader.hrefs), frozenset(reader.ids), tuple(reader.images), " ".join(reader.words))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.hrefs: list[str] = []
        self.ids: set[str] = set()
        self.images: list[Image] = []
        self.words: list[str] = []
        self._hidden: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if identity := values.get("id"):
            self.ids.add(identity)
        if tag == "a":
            if name := values.get("name"):
                self.ids.add(name)
            if "href" in values:
                self.hrefs.append(values["href"] or "")
        elif tag == "img":
            alt = values.get("alt") or "" if "alt" in values else None
            self.images.append(Image(values.get("src") or "", alt))
        elif tag in {"style", "script", "title"}:
            self._hidden = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._hidden:
            self._hidden = None

    def handle_data(self, data: str) -> None:
        if self._hidden is None and (words := data.split()):
            self.words.extend(words)
