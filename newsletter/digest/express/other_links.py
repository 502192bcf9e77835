"""The last part of an express digest: links to what got no story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from newsletter.digest.document import OtherLink
from newsletter.digest.findings import Findings, excerpt
from newsletter.digest.lines import Line, bullet
from newsletter.digest.weblinks import read_link


def read_other_links(lines: Sequence[Line], findings: Findings) -> Iterator[OtherLink]:
    """A link for each line. A line that is none comes back as its own text, with an empty address, and a finding."""
    for line in lines:
        link = _read(line)
        if not link.url:
            message = f"{excerpt(line.text)!r} is kept as text; expected '- [标题](https://…)'"
            findings.warn("link.unreadable", message, line.number)
        elif link.note is not None:
            message = f"{excerpt(link.note)!r} follows the link and is kept as its note"
            findings.warn("text.unexpected", message, line.number)
        yield link


def write_other_link(link: OtherLink) -> str:
    """The line of a link, or of a text that is none."""
    if not link.url:
        return link.title
    return f"- [{link.title}]({link.url}) {link.note or ''}".rstrip()


def _read(line: Line) -> OtherLink:
    item = bullet(line.text)
    link = read_link(item) if item else None
    if item is None or link is None:
        return OtherLink(line.text, "")
    return OtherLink(link.name, link.url, note=item[link.end :].strip() or None)
