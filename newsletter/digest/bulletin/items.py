"""How the bullets of a bulletin digest are spelled.

``**label**：text`` and ``**label**`` with its text on the next line both give a label and a text. The first is the
usual spelling. What ends the label otherwise is the item's ``spelling``, so that the writer neither invents a colon nor
loses one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from newsletter.digest.bold import BARE, COLONS, write_bold
from newsletter.digest.bulletin.spelling import marker_and_closing, spelling_of
from newsletter.digest.document import Item, ItemType

_NESTING = "    "
_CLOSING = "**："


def bullet_spelling(marker: str, closing: str, text: str) -> str | None:
    """The spelling of a bullet with this marker whose label ends like this: None for ``- **label**：text`` and for
    ``- **label**`` alone."""
    return spelling_of(marker, None if closing == (_CLOSING if text else BARE) else closing)


def write_items(items: Iterable[Item], level: int = 0) -> Iterator[str]:
    """The lines of a list, four spaces to a level."""
    margin = _NESTING * level
    for item in items:
        if item.type is ItemType.PARAGRAPH:
            yield from ("", f"{margin}{item.text}", "")
            continue
        yield from _bullet(item, margin)
        yield from write_items(item.children, level + 1)


def _bullet(item: Item, margin: str) -> Iterator[str]:
    marker, spelled = marker_and_closing(item.spelling)
    closing = spelled or (_CLOSING if item.text else BARE)
    if item.label is None:
        yield f"{margin}{marker} {item.text}".rstrip()
    elif item.text and _stands_below(closing, item.text):
        yield f"{margin}{marker} {write_bold(item.label, closing)}"
        # The format sets it as far as the bullet; on the first level that would be the place of a block's label.
        yield f"{margin or _NESTING}{item.text}"
    else:
        yield f"{margin}{marker} {write_bold(item.label, closing, item.text)}"


def _stands_below(closing: str, text: str) -> bool:
    """Whether the text must be on the next line: no colon parts it from the label, or it would add a second one."""
    return closing == BARE or (closing.endswith(BARE) and text.startswith(COLONS))
