"""The links of a story that stand on a line of their own: the original, and papers at the end."""

from __future__ import annotations

import datetime
import re

from newsletter.digest.bulletin import words
from newsletter.digest.document import Link, PrimaryLink
from newsletter.digest.lines import heading, is_rule
from newsletter.digest.weblinks import read_link

_DATE = re.compile(r"`\[([0-9]{4}-[0-9]{2}-[0-9]{2})\]`")


def read_date(text: str) -> datetime.date | None:
    """The day of a line that is ``` `[YYYY-MM-DD]` ```; None if it is none, or no day of the calendar."""
    found = _DATE.fullmatch(text)
    try:
        return datetime.date.fromisoformat(found.group(1)) if found else None
    except ValueError:
        return None


def read_original(text: str) -> tuple[PrimaryLink, str] | None:
    """The original that a line links to, and what the line says behind it: nothing, if that was a date.

    Another label than 阅读原文 needs the date; without it, the link is one of the story's links.
    """
    link = read_link(text)
    if link is None:
        return None
    rest = text[link.end :].strip()
    date = read_date(rest)
    if date:
        return PrimaryLink(link.name, link.url, date), ""
    # The rest becomes a line of its own, which must not be a heading or a rule there.
    if link.name != words.ORIGINAL or heading(rest or "-") or is_rule(rest):
        return None
    return PrimaryLink(link.name, link.url), rest


def read_links(text: str) -> tuple[Link, ...]:
    """The links of a line that holds nothing else; nothing at all if it does."""
    links: list[Link] = []
    position = 0
    while link := read_link(text, position):
        links.append(Link(link.name, link.url))
        position = link.end
        while position < len(text) and text[position].isspace():
            position += 1
    return tuple(links) if position == len(text) else ()


def write_original(link: PrimaryLink) -> str:
    date = f"  `[{link.date.isoformat()}]`" if link.date else ""
    return f"[{link.label}]({link.url}){date}"
