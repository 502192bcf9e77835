"""The numbered sections of a bulletin digest, and the stories in them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import NamedTuple

from newsletter.digest.bulletin import words
from newsletter.digest.bulletin.story import StoryBuilder
from newsletter.digest.document import Section
from newsletter.digest.findings import Findings, cited
from newsletter.digest.lines import Line
from newsletter.digest.wording import Wording, said

# No leading zero, which a number would not keep; and "1.5 亿" is no section 1.
_NUMBERED = re.compile(r"([1-9][0-9]{0,3})\.(?:\s++(?=\S)|(?=[^\s0-9]))")


class Part(NamedTuple):
    """A heading of the second or third level, and the lines up to the next one."""

    head: Line
    level: int
    words: str
    lines: Sequence[Line]


@dataclasses.dataclass(slots=True)
class _OpenSection:
    number: int | None = None
    title: str | None = None
    stories: list[StoryBuilder] = dataclasses.field(default_factory=list)

    def build(self) -> Section:
        return Section(self.number, self.title, stories=tuple(story.build() for story in self.stories))


class ReadSections(NamedTuple):
    """Sections, and how the labels of each story end (``label_ends``)."""

    sections: tuple[Section, ...]
    ends: tuple[Sequence[str], ...]


def read_sections(parts: Sequence[Part], findings: Findings) -> ReadSections:
    """The sections; stories in front of the first one are in a section without a title."""
    sections: list[_OpenSection] = []
    for index, part in enumerate(parts):
        if part.level == 2:
            following = parts[index + 1] if index + 1 < len(parts) else None
            sections.append(_open_section(part, findings))
            if not part.lines and (following is None or following.level == 2):
                message = said("the section %(title)s is empty", title=cited(part.words))
                findings.warn("section.empty", message, part.head.number)
            if part.lines:
                sections[-1].stories.append(_untitled(part.lines, findings))
        else:
            if not sections:
                sections.append(_OpenSection())
            sections[-1].stories.append(_story(part, findings))
    built = tuple(each.build() for each in sections)
    return ReadSections(built, tuple(story.ends for each in sections for story in each.stories))


def _open_section(part: Part, findings: Findings) -> _OpenSection:
    misplaced = _misplaced(part)
    if misplaced:
        findings.error("part.misplaced", misplaced, part.head.number)
        return _OpenSection(title=part.words)
    found = _NUMBERED.match(part.words)
    if found:
        return _OpenSection(int(found.group(1)), part.words[found.end() :])
    message = said("the section %(title)s has no number; expected '## 1. …'", title=cited(part.words))
    findings.warn("section.unnumbered", message, part.head.number)
    return _OpenSection(title=part.words)


def _misplaced(part: Part) -> Wording | None:
    if words.is_heading_of(part.head.text, words.HIGHLIGHTS):
        return said("%(part)s is read as a section; expected it once, as the first heading", part=words.HIGHLIGHTS)
    if words.is_heading_of(part.head.text, words.READING):
        return said("%(part)s is read as a section; expected it once, as the last heading", part=words.READING)
    return None


def _story(part: Part, findings: Findings) -> StoryBuilder:
    title = _bold_title(part.words)
    if title is None:
        message = said("the title %(title)s is not bold; expected '### **…**'", title=cited(part.words))
        findings.warn("title.plain", message, part.head.number)
    return _filled(StoryBuilder(title or part.words, findings, plain_title=title is None), part.lines)


def _untitled(lines: Sequence[Line], findings: Findings) -> StoryBuilder:
    message = said("text under a section's heading is kept as a story without a title; expected '### **…**' first")
    findings.warn("story.untitled", message, lines[0].number)
    return _filled(StoryBuilder("", findings), lines)


def _filled(builder: StoryBuilder, lines: Sequence[Line]) -> StoryBuilder:
    for line in lines:
        builder.add(line)
    return builder


def _bold_title(text: str) -> str | None:
    """The words of a heading that is bold as a whole."""
    if not (text.startswith("**") and text.endswith("**")):
        return None
    title = text[2:-2].strip()
    return title if title and "**" not in title and title[0] != "*" != title[-1] else None
