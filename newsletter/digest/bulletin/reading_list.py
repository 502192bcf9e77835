"""The last part of a bulletin digest: what to read on, in groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from newsletter.digest.bulletin import words
from newsletter.digest.document import ReadingGroup, ReadingItem
from newsletter.digest.findings import Findings, cited
from newsletter.digest.lines import BULLETS, Line, bullet, heading
from newsletter.digest.weblinks import read_link
from newsletter.digest.wording import said


def read_reading(head: Line, lines: Sequence[Line], findings: Findings) -> tuple[ReadingGroup, ...]:
    """The groups, each with an item for each line. A line that is none comes back as its own text, with a finding; so
    does the heading where the writer would not write it as it is. What is in front of the first group has an empty
    title."""
    groups: list[tuple[str, list[ReadingItem]]] = [("", [])]
    if not words.is_spelled(head.text, words.READING_HEADING):
        message = said(
            "%(text)s is kept as text; expected %(form)s", text=cited(head.text), form=repr(words.READING_HEADING)
        )
        findings.warn("reading.heading", message, head.number)
        groups[0][1].append(ReadingItem(text=head.text))
    elif not lines:
        findings.warn("reading.empty", said("nothing follows %(part)s", part=words.READING), head.number)
    for line in lines:
        title = _group_title(line.text)
        if title:
            groups.append((title, []))
        else:
            groups[-1][1].append(_item(line, findings))
    if not groups[0][1] and len(groups) > 1:
        groups.pop(0)
    return tuple(ReadingGroup(title, tuple(items)) for title, items in groups)


def write_reading(groups: Sequence[ReadingGroup]) -> Iterator[str]:
    """The lines of the groups, with the part's heading."""
    first = groups[0].items[0].text if groups[0].items and not groups[0].title else None
    if first is None or not words.is_heading_of(first, words.READING):
        yield words.READING_HEADING
    for group in groups:
        if group.title:
            yield from ("", f"### [{group.title}]")
        yield from map(_write_item, group.items)


def _group_title(text: str) -> str | None:
    """The words of ``### [words]``."""
    parts = heading(text)
    if parts is None or parts[0] != 3 or not (parts[1].startswith("[") and parts[1].endswith("]")):
        return None
    return parts[1][1:-1].strip() or None


def _item(line: Line, findings: Findings) -> ReadingItem:
    marker, text = bullet(line.text) or ("", "")
    item = _read_link_item(text, None if marker == words.READING_BULLET else marker)
    if item is None:
        message = said(
            "%(text)s is kept as text; expected '* [标题](https://…) - 说明' or '### [分组]'", text=cited(line.text)
        )
        findings.warn("reading.unreadable", message, line.number)
    return item or ReadingItem(text=line.text)


def _read_link_item(text: str, spelling: str | None) -> ReadingItem | None:
    link = read_link(text)
    if link is None:
        return None
    rest = text[link.end :].strip()
    if rest and not rest.startswith("-"):
        return None
    return ReadingItem(link.name, link.url, note=rest[1:].strip() if rest else None, spelling=spelling)


def _write_item(item: ReadingItem) -> str:
    if item.url is None:
        return item.text or ""
    note = "" if item.note is None else f" - {item.note}"
    marker = item.spelling if item.spelling in BULLETS else words.READING_BULLET
    return f"{marker} [{item.title}]({item.url}){note}".rstrip()
