"""What a reader of the HTML sees: its text and its links."""

from __future__ import annotations

from html.parser import HTMLParser

_INLINE = frozenset({"a", "b", "strong", "code", "span", "em", "img"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.links: list[str] = []
        self._unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unread += tag == "style"
        if tag not in _INLINE:
            self.words.append("\n")
        self.words.extend(value for name, value in attrs if name == "alt" and value)
        self.links.extend(value for name, value in attrs if name == "href" and value)

    def handle_endtag(self, tag: str) -> None:
        self._unread -= tag == "style"
        if tag not in _INLINE:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.words.append(data)


def read(html: str) -> tuple[str, list[str]]:
    """The text and what stands for pictures, white space collapsed, and the addresses of all links."""
    reader = _Reader()
    reader.feed(html)
    return " ".join("".join(reader.words).split()), reader.links
