"""On which lines of a digest its stories and sections begin."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.digest.document import Document
from newsletter.preflight.findings import Place

_HEADING = re.compile(r"\s*#{1,6}\s+(.*)")
_MARKS = str.maketrans("", "", "*# \t")


class Headings:
    """Made once for a text and the document that it is of. Headings that are not found have no line."""

    def __init__(self, text: str, document: Document) -> None:
        self._headings = list(_headings(text))
        self._next = 0
        self._title = self._headings[0][0] if self._headings else None
        self._sections: list[int | None] = []
        self._stories: list[int | None] = []
        for section in document.sections:
            self._sections.append(self._find(section.title))
            self._stories += [self._find(story.title) for story in section.stories]

    def line(self, place: Place) -> int | None:
        if place.story is not None:
            return _at(self._stories, place.story)
        if place.section is not None:
            return _at(self._sections, place.section)
        return self._title if place.field in ("title", "date_start") else None

    def _find(self, title: str | None) -> int | None:
        """The next heading with these words; what is searched for in vain doesn't move on."""
        words = _bare(title or "")
        for at in range(self._next, len(self._headings) if words else 0):
            if words in self._headings[at][1]:
                self._next = at + 1
                return self._headings[at][0]
        return None


def _headings(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        if found := _HEADING.match(line):
            yield number, _bare(found[1])


def _bare(words: str) -> str:
    return words.translate(_MARKS)


def _at(lines: list[int | None], number: int) -> int | None:
    return lines[number - 1] if 0 < number <= len(lines) else None
