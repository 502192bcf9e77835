"""Bullets and paragraphs of a block, nested by their indents."""

from __future__ import annotations

import dataclasses

from newsletter.digest.document import Item, ItemType

MAX_DEPTH = 6


@dataclasses.dataclass(slots=True)
class _Bullet:
    """A bullet that may get children yet."""

    text: str
    label: str | None
    spelling: str | None = None
    children: list[_Bullet | Item] = dataclasses.field(default_factory=list)


class Outline:
    """Collects the items of one block. A line belongs to the nearest bullet above it that is indented less."""

    def __init__(self) -> None:
        self._roots: list[_Bullet | Item] = []
        self._open: list[tuple[int, _Bullet]] = []

    def __bool__(self) -> bool:
        return bool(self._roots)

    def add_bullet(self, indent: int, text: str, *, label: str | None = None, spelling: str | None = None) -> bool:
        """Adds a bullet. False: it was nested too deeply and stands at the deepest level that there is."""
        self._close(indent)
        fits = len(self._open) < MAX_DEPTH
        if not fits:
            self._open.pop()
        bullet = _Bullet(text, label, spelling)
        self._siblings().append(bullet)
        self._open.append((indent, bullet))
        return fits

    def bare_label(self, indent: int) -> int:
        """The level of the last bullet, if it is a label alone and a line at this indent would stand beside or under
        it; else 0."""
        if not self._open or (len(self._open) > 1 and self._open[-2][0] >= indent):
            return 0
        last = self._open[-1][1]
        return len(self._open) if last.label is not None and not last.text and not last.children else 0

    def give_text(self, text: str, spelling: str | None) -> None:
        """Gives the last bullet, which is a ``bare_label``, its text."""
        last = self._open[-1][1]
        last.text, last.spelling = text, spelling

    def encloses(self, indent: int) -> bool:
        """Whether a line at this indent would belong to a bullet of the block."""
        return bool(self._open) and self._open[0][0] < indent

    def add_paragraph(self, indent: int, text: str) -> None:
        """Adds a paragraph: to the open bullet that it is indented under, or to the block itself."""
        self._close(indent)
        self._siblings().append(Item(ItemType.PARAGRAPH, text))

    def items(self) -> tuple[Item, ...]:
        return _frozen(self._roots)

    def _close(self, indent: int) -> None:
        while self._open and self._open[-1][0] >= indent:
            self._open.pop()

    def _siblings(self) -> list[_Bullet | Item]:
        return self._open[-1][1].children if self._open else self._roots


def _frozen(nodes: list[_Bullet | Item]) -> tuple[Item, ...]:
    return tuple(
        node
        if isinstance(node, Item)
        else Item(ItemType.BULLET, node.text, node.label, _frozen(node.children), node.spelling)
        for node in nodes
    )
