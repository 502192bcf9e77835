"""The fields that a story ends with: entities, importance, sources."""

from __future__ import annotations

import dataclasses
import re

from newsletter.digest.document import Source
from newsletter.digest.lines import Line
from newsletter.digest.report import words
from newsletter.digest.report.marks import COLON_AFTER, COLON_ENDS, MarkReader, Marks, labelled, write_label
from newsletter.digest.weblinks import read_link

ORDER = (words.ENTITIES, words.IMPORTANCE, words.SOURCES)

_SEPARATORS = frozenset({"", "、", ",", "，", ";", "；", "|", "｜", "/"})
_SEPARATOR = "、"
_GAP = re.compile(r"\s*([、,，;；|｜/]?)\s*")


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """A field: its label, what ends it, the text behind it, and its lines as they stand in the digest."""

    label: str
    end: str
    text: str
    lines: list[Line]

    def text_lines(self) -> list[Line]:
        """The lines of its text, which may begin under the label."""
        first = self.lines[0]._replace(text=self.text)
        return [line for line in (first, *self.lines[1:]) if line.text]

    def record(self, marks: Marks) -> None:
        marks.add(self.end, COLON_AFTER)
        if self.label == words.SOURCES:
            for separator in read_sources(self.text)[1]:
                marks.add(separator, _SEPARATOR)


def read_field(line: Line) -> Field | None:
    """The field of a line; None where there is none, or it has no value of its kind."""
    found = labelled(line.text)
    if found is None or found.label not in ORDER or found.end not in COLON_ENDS:
        return None
    if found.label == words.ENTITIES and not read_entities(found.rest):
        return None
    if found.label == words.SOURCES and not read_sources(found.rest)[0]:
        return None
    return Field(found.label, found.end, found.rest, [line])


def read_entities(text: str) -> tuple[str, ...]:
    """The names of ``a、b（c、d）``; nothing at all if one of them is empty."""
    names = [name.strip() for name in text.split(words.ENTITY_SEPARATOR)]
    return tuple(names) if all(names) else ()


def read_sources(text: str) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """The links of ``[name](url)、[name](url)`` and what separates them; nothing at all if there is anything else."""
    sources: list[Source] = []
    separators: list[str] = []
    position = 0
    while link := read_link(text, position):
        sources.append(Source(link.name, link.url))
        gap = _GAP.match(text, link.end)
        position = gap.end() if gap else link.end
        if link.end == len(text):
            return tuple(sources), tuple(separators)
        separators.append(gap[1] if gap else "")
    return (), ()


def write_field(label: str, text: str, marks: MarkReader) -> str:
    return f"{write_label(label, marks.take(COLON_AFTER, COLON_ENDS))}{text}"


def write_sources(sources: tuple[Source, ...], marks: MarkReader) -> str:
    head = write_label(words.SOURCES, marks.take(COLON_AFTER, COLON_ENDS))
    first, *rest = (f"[{source.name}]({source.url})" for source in sources)
    return f"{head} {first}{''.join(f'{marks.take(_SEPARATOR, _SEPARATORS)} {link}' for link in rest)}"
