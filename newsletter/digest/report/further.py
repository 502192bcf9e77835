"""The last part of a report: groups of links and explanations, then the keywords."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from newsletter.digest.document import ReadingGroup, ReadingItem
from newsletter.digest.findings import Findings, cited
from newsletter.digest.labels import COLON, split_label
from newsletter.digest.lines import Line
from newsletter.digest.report import words
from newsletter.digest.report.headings import split_heading
from newsletter.digest.report.marks import BULLETS, READING_BULLET, MarkReader, Marks, bullet
from newsletter.digest.report.parts import Part, split_at
from newsletter.digest.weblinks import read_link
from newsletter.digest.wording import said

# A line that is no item is kept as a text without a bullet.
_NO_BULLET = ""
_ITEM_MARKS = BULLETS | {_NO_BULLET}

_DASH = "—"
_DASHES = frozenset({"", "—", "——", "–", "-", "－", "―", "：", ":", "|", "｜"})
_DASH_BEFORE = re.compile(r"(——|[—–\-－―：:|｜]|)\s*")

_KEYWORD = re.compile(r"`([^`]++)`\s*+([、,，;；|｜/·]?)\s*+")
_KEYWORD_SEPARATORS = frozenset({"", *"、,，;；|｜/·"})


class _Words:
    """Any words that a heading may have."""

    def __contains__(self, mark: object) -> bool:
        return isinstance(mark, str) and "\n" not in mark


class _ReadingWords(_Words):
    def __contains__(self, mark: object) -> bool:
        return isinstance(mark, str) and split_heading(mark).title == words.READING


def read_further(
    part: Part | None, marks: Marks, findings: Findings
) -> tuple[tuple[ReadingGroup, ...], tuple[str, ...]]:
    """The groups and the keywords."""
    if part is None:
        return (), ()
    marks.add(part.words or "", words.READING)
    groups = list(split_at(3, part.lines))
    last = groups.pop() if groups and _keywords(groups[-1].lines) else None
    reading = tuple(_group(group, marks, findings) for group in groups)
    return reading, _record_keywords(last, marks) if last else ()


def write_further(reading: Sequence[ReadingGroup], keywords: Sequence[str], marks: MarkReader) -> Iterator[str]:
    yield f"## {marks.take(words.READING, _ReadingWords())}"
    for group in reading:
        yield ""
        if group.title:
            yield from (f"### {group.title}", "")
        for item in group.items:
            yield _write_item(item, marks)
    if keywords:
        title = marks.take(words.KEYWORDS, _Words())
        yield from ("", *([f"### {title}", ""] if title else []), _write_keywords(keywords, marks))


def _group(group: Part, marks: Marks, findings: Findings) -> ReadingGroup:
    if group.words is None:
        message = said(
            "no heading '### …' in front of the first line of %(part)s; its group has no title", part=words.READING
        )
        findings.warn("reading.untitled", message, group.lines[0].number)
    return ReadingGroup(group.words or "", tuple(_item(line, marks, findings) for line in group.lines))


def _item(line: Line, marks: Marks, findings: Findings) -> ReadingItem:
    found = bullet(line)
    if found is None or not found[1]:
        message = said(
            "%(text)s is kept as text; expected '* [標題](https://…) — …' or '* 名詞：…'", text=cited(line.text)
        )
        findings.warn("text.unexpected", message, line.number)
        marks.add(_NO_BULLET, READING_BULLET)
        return ReadingItem(text=line.text)
    marker, text = found
    marks.add(marker, READING_BULLET)
    link = read_link(text)
    if link is None:
        term, explanation = split_label(text)
        return ReadingItem(title=term, text=explanation)
    rest = text[link.end :].strip()
    dash = _DASH_BEFORE.match(rest)
    if not rest or dash is None:
        return ReadingItem(title=link.name, url=link.url)
    marks.add(dash[1], _DASH)
    return ReadingItem(title=link.name, url=link.url, note=rest[dash.end() :])


def _write_item(item: ReadingItem, marks: MarkReader) -> str:
    marker = marks.take(READING_BULLET, _ITEM_MARKS)
    if item.url is None:
        term = "" if item.title is None else f"{item.title}{COLON}"
        return f"{marker} {term}{item.text or ''}".strip()
    link = f"[{item.title}]({item.url})"
    if item.note is None:
        return f"{marker} {link}".strip()
    return f"{marker} {link} {marks.take(_DASH, _DASHES)} {item.note}".strip()


def _keywords(lines: Sequence[Line]) -> tuple[tuple[str, str], ...]:
    """The keywords, each with the separator behind it; nothing at all if the lines hold anything else."""
    found: list[tuple[str, str]] = []
    for line in lines:
        position = 0
        while keyword := _KEYWORD.match(line.text, position):
            found.append((keyword[1].strip(), keyword[2]))
            position = keyword.end()
        if position < len(line.text):
            return ()
    return tuple(found) if all(keyword for keyword, _ in found) else ()


def _record_keywords(group: Part, marks: Marks) -> tuple[str, ...]:
    found = _keywords(group.lines)
    marks.add(group.words or "", words.KEYWORDS)
    for _, separator in found:
        marks.add(separator, "")
    return tuple(keyword for keyword, _ in found)


def _write_keywords(keywords: Sequence[str], marks: MarkReader) -> str:
    pieces = [f"`{keyword}`{marks.take('', _KEYWORD_SEPARATORS)}" for keyword in keywords]
    return " ".join(pieces)
