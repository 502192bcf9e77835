"""Links that are a part of a digest's structure (sources, lists of links), and which addresses may be linked at all."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

ALLOWED_SCHEMES = frozenset({"http", "https", "mailto"})


class WebLink(NamedTuple):
    """``[name](url)`` in a line, and the position behind it."""

    name: str
    url: str
    end: int


def is_linkable(url: str) -> bool:
    """Whether a reader may be sent there: a whole http, https or mailto address, free of white space."""
    if any(character.isspace() for character in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ALLOWED_SCHEMES and bool(parts.path if parts.scheme == "mailto" else parts.netloc)


def read_link(text: str, start: int = 0) -> WebLink | None:
    """The link that begins at ``start``; None if there is none, it has no name, or it leads where none may lead.

    Brackets in the name and parentheses in the address pair up; a backslash in the name takes the next character with
    it. Both come back as they are written.
    """
    name_end = _closing(text, start, "[", "]")
    if name_end is None or not text.startswith("(", name_end + 1):
        return None
    url_end = _closing(text, name_end + 1, "(", ")")
    if url_end is None:
        return None
    name, url = text[start + 1 : name_end].strip(), text[name_end + 2 : url_end].strip()
    return WebLink(name, url, url_end + 1) if name and is_linkable(url) else None


def _closing(text: str, start: int, opening: str, closing: str) -> int | None:
    if not text.startswith(opening, start):
        return None
    depth, position = 0, start
    while position < len(text):
        character = text[position]
        if character == "\\":
            position += 1
        elif character == opening:
            depth += 1
        elif character == closing:
            depth -= 1
            if not depth:
                return position
        position += 1
    return None
