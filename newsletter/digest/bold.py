"""A bold label and the text behind it: ``**label**：text``, and the other ways to set its colon."""

from __future__ import annotations

from typing import Final, NamedTuple

COLONS: Final = ("：", ":")
COLON_ENDS: Final = frozenset({"：**", ":**", "**：", "**:"})
BARE: Final = "**"
"""How a label ends that no colon follows."""


class Bold(NamedTuple):
    """``closing`` is what stands between label and text: ``**``, or ``**`` and a colon in either order."""

    label: str
    closing: str
    text: str


def read_bold(text: str) -> Bold | None:
    """The label that a text begins with. None for bold words in a sentence: neither a colon nor the end follows."""
    end = text.find("**", 2)
    if end < 0 or not text.startswith("**"):
        return None
    label, rest = text[2:end].strip(), text[end + 2 :].strip()
    closing = BARE
    if rest.startswith(COLONS):
        closing, rest = f"**{rest[0]}", rest[1:].strip()
    elif label.endswith(COLONS):
        closing, label = f"{label[-1]}**", label[:-1].strip()
    elif rest:
        return None
    # '***' is bold and italic, where the label's own asterisks could not be told from the bold ones.
    return Bold(label, closing, rest) if label and not label.startswith("*") else None


def write_bold(label: str, closing: str, text: str = "") -> str:
    """The inverse of ``read_bold``, for a text that is on the label's line."""
    gap = "" if closing.endswith("：") else " "
    return f"**{label}{closing}{gap}{text}".rstrip()
