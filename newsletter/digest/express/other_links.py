"""The last part of an express digest: links to what got no story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from newsletter.digest.document import OtherLink
from newsletter.digest.express import words
from newsletter.digest.findings import Findings, cited
from newsletter.digest.lines import BULLETS, Line, bullet
from newsletter.digest.weblinks import read_link
from newsletter.digest.wording import said


def read_other_links(lines: Sequence[Line], findings: Findings) -> Iterator[OtherLink]:
    """A link for each line. A line that is none comes back as its own text, with an empty address, and a finding."""
    for line in lines:
        link = _read(line)
        if not link.url:
            message = said("%(text)s is kept as text; expected '- [标题](https://…)'", text=cited(line.text))
            findings.warn("link.unreadable", message, line.number)
        elif link.note is not None:
            message = said("%(text)s follows the link and is kept as its note", text=cited(link.note))
            findings.warn("text.unexpected", message, line.number)
        yield link


def write_other_link(link: OtherLink) -> str:
    """The line of a link, or of a text that is none."""
    if not link.url:
        return link.title
    marker = link.spelling if link.spelling in BULLETS else words.BULLET
    return f"{marker} [{link.title}]({link.url}) {link.note or ''}".rstrip()


def _read(line: Line) -> OtherLink:
    marker, text = bullet(line.text) or ("", "")
    link = read_link(text)
    if link is None:
        return OtherLink(line.text, "")
    spelling = None if marker == words.BULLET else marker
    return OtherLink(link.name, link.url, note=text[link.end :].strip() or None, spelling=spelling)
