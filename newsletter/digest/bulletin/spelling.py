"""How a bullet is spelled: its marker, where that is no hyphen, then what ends its label, where that is unusual."""

from __future__ import annotations

from newsletter.digest.bulletin import words
from newsletter.digest.lines import BULLETS


def spelling_of(marker: str, closing: str | None) -> str | None:
    """None for a hyphen and the usual end of a label."""
    return closing if marker == words.BULLET else f"{marker} {closing or ''}"


def marker_and_closing(spelling: str | None) -> tuple[str, str | None]:
    """The inverse of ``spelling_of``."""
    if spelling and spelling[0] in BULLETS and spelling[1:2] == " ":
        return spelling[0], spelling[2:] or None
    return words.BULLET, spelling
