"""What the tests of losslessness have of each format: one sample, nasty pieces, and documents by the hundred."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import strategies as st

from newsletter.digest.document import Document, Item, ItemType

# What any format may stumble over.
SIGNS = tuple("#>-*+`_[]()（）：:、！!&%<>\\|~= \t\n\r\u3000\u00a0\u2028\u200b\ufeff。「」甲乙a1🤖é\u0301—")
SHAPES = (
    "\n\n",
    "---",
    "## ",
    "# ",
    "> ",
    "- ",
    "* ",
    "\n+ ",
    "  - ",
    "    ",
    "**",
    "\r\n",
    "](",
    "\n  续",
    ":** ",
    "**: ",
)
ADDRESSES = ("[甲](https://a.example/x_(y))", "[x](javascript:y)", "https://a.example", "\n\n- [乙](https://b.example)")

url = st.sampled_from(["https://a.example/x_(y)", "http://b.example/?a=1&b=：", "mailto:c@d.example"])
_USUAL: st.SearchStrategy[str | None] = st.none()
plain = st.text("甲乙丙ab1，。_&%<（）", min_size=1, max_size=8).filter(lambda text: not text.startswith("_"))


@dataclasses.dataclass(frozen=True, slots=True)
class Lossless:
    """One format. ``digests`` are digests with any text in their places; ``documents`` may be unwritable, those that
    are ``ordinary`` never are."""

    slug: str
    whole: str
    pieces: tuple[str, ...]
    digests: st.SearchStrategy[str]
    documents: st.SearchStrategy[Document]
    ordinary: st.SearchStrategy[Document]

    @property
    def anything(self) -> st.SearchStrategy[str]:
        return anything(self.pieces)


def pieces_of(*own: str) -> tuple[str, ...]:
    return (*SIGNS, *SHAPES, *ADDRESSES, *own)


def nasty(pieces: tuple[str, ...], most: int = 24) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(pieces), max_size=most).map("".join)


def anything(pieces: tuple[str, ...]) -> st.SearchStrategy[str]:
    return nasty(pieces) | st.text(max_size=40)


def line_of(pieces: tuple[str, ...], *, mostly_plain: bool = False) -> st.SearchStrategy[str]:
    """One line, which may be empty; ``mostly_plain`` where a document has so many that one is unwritable."""
    odd = (nasty(pieces, 3) | st.text(max_size=5)).map(lambda text: " ".join(text.split()))
    return st.one_of(*[plain] * 12, odd) if mostly_plain else odd


def some(each: st.SearchStrategy[Any], most: int = 2, least: int = 0) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(each, min_size=least, max_size=most).map(tuple)


def items_of(line: st.SearchStrategy[str], spelling: st.SearchStrategy[str | None] = _USUAL) -> st.SearchStrategy[Item]:
    """Bullets and paragraphs, nested."""
    words = line.filter(bool)
    paragraphs = st.builds(Item, st.just(ItemType.PARAGRAPH), words)

    def bullets(children: st.SearchStrategy[Item]) -> st.SearchStrategy[Item]:
        return st.builds(Item, st.just(ItemType.BULLET), line, st.none() | words, some(children), spelling)

    return st.recursive(paragraphs | bullets(paragraphs), bullets, max_leaves=5)
