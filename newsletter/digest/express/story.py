"""Builds one story of an express digest, line by line.

Whatever the lines hold, the writer puts it back in the same order. So a field counts as that field only where the
writer would write it: category, sources, insight, blocks. Out of its turn it is kept as text, with a finding.
"""

from __future__ import annotations

import dataclasses
from enum import IntEnum

from newsletter.digest.bold import Bold
from newsletter.digest.document import Block, Source, Story
from newsletter.digest.express import words
from newsletter.digest.express.label import read_label
from newsletter.digest.findings import Findings, cited
from newsletter.digest.labels import split_label
from newsletter.digest.lines import Line, bullet, joined, quote
from newsletter.digest.outline import MAX_DEPTH, Outline
from newsletter.digest.weblinks import read_link
from newsletter.digest.wording import Wording, said


class _Stage(IntEnum):
    """How far a story has come."""

    TITLE = 0
    CATEGORY = 1
    SOURCES = 2
    INSIGHT = 3
    BLOCKS = 4


@dataclasses.dataclass(slots=True)
class _OpenBlock:
    label: str | None
    outline: Outline = dataclasses.field(default_factory=Outline)

    def freeze(self) -> Block:
        return Block(self.label, self.outline.items())


class StoryBuilder:
    """Takes a story's lines in order; ``build`` gives the story, which holds every one of them."""

    def __init__(self, title: str, findings: Findings) -> None:
        self._title = title
        self._findings = findings
        self._stage = _Stage.TITLE
        self._before_quote: list[Line] = []
        self._category: str | None = None
        self._sources: tuple[Source, ...] = ()
        self._before_insight: list[Line] = []
        self._insight: list[Line] | None = None
        self._blocks: list[_OpenBlock] = []
        self._labels: set[str] = set()
        self.ends: list[str] = []
        """How its labels end, in order."""

    def add(self, line: Line) -> None:
        quoted = quote(line.text)
        label = read_label(line.text if quoted is None else quoted)
        item = bullet(line.text)
        if label and quoted is not None:
            self._quoted_field(line, label)
        elif label:
            self._labelled(line, label)
        elif item is not None:
            self._bullet(line, *item)
        else:
            self._text(line)

    def keep(self, line: Line) -> None:
        """Keeps a line as text, without a finding."""
        if self._stage is _Stage.TITLE:
            self._before_quote.append(line)
        elif self._stage < _Stage.INSIGHT:
            self._before_insight.append(line)
            self._stage = _Stage.SOURCES  # it is written behind the sources, so none may follow
        elif self._stage is _Stage.INSIGHT and self._insight is not None:
            self._insight.append(line)
        else:
            self._block().add_paragraph(line.indent, line.text)

    def build(self) -> Story:
        quoted = self._category is not None or bool(self._sources)
        # Text in front of the quote is the story's summary; in a story without a quote it is a part like any other.
        head = self._before_insight if quoted else self._before_quote
        return Story(
            title=self._title,
            category=self._category,
            sources=self._sources,
            summary=joined(self._before_quote) or None if quoted else None,
            insight=None if self._insight is None else joined(line for line in self._insight if line.text),
            blocks=(*_unlabelled(head), *(block.freeze() for block in self._blocks)),
        )

    def _quoted_field(self, line: Line, bold: Bold) -> None:
        if bold.label == words.CATEGORY and self._stage < _Stage.CATEGORY:
            self._category, self._stage = bold.text, _Stage.CATEGORY
            self.ends.append(bold.closing)
        elif bold.label == words.SOURCES and self._stage < _Stage.SOURCES:
            self._read_sources(line, bold)
        elif bold.label in {words.CATEGORY, words.SOURCES}:
            self._misplaced(line, bold.label)
        else:
            self._text(line)

    def _read_sources(self, line: Line, bold: Bold) -> None:
        sources = read_sources(bold.text)
        if sources:
            self._sources, self._stage = sources, _Stage.SOURCES
            self.ends.append(bold.closing)
            return
        message = said("the sources are kept as text; expected %(form)s", form=words.FIELD_SPELLINGS[words.SOURCES])
        self._findings.warn("sources.unreadable", message, line.number)
        self.keep(line)

    def _labelled(self, line: Line, bold: Bold) -> None:
        label, closing, rest = bold
        self.ends.append(closing)
        if label == words.INSIGHT and self._stage < _Stage.INSIGHT:
            self._insight, self._stage = [Line(line.number, 0, rest)], _Stage.INSIGHT
            return
        self._report_block(line, label)
        self._stage = _Stage.BLOCKS
        self._labels.add(label)
        self._blocks.append(_OpenBlock(label))
        if rest:
            self._report_text(Line(line.number, 0, rest))
            self._blocks[-1].outline.add_paragraph(0, rest)

    def _report_block(self, line: Line, label: str) -> None:
        if label == words.INSIGHT:
            message = said(
                "%(label)s comes twice or too late and is kept as a block; expected it once, before the blocks",
                label=label,
            )
            self._findings.warn("field.misplaced", message, line.number)
        elif label in self._labels:
            message = said("the story has two blocks %(label)s", label=cited(label))
            self._findings.warn("label.repeated", message, line.number)
        elif label != words.CONTENT:
            message = said(
                "the label %(label)s is kept as a block; expected %(known)s only",
                label=cited(label),
                known=words.CONTENT,
            )
            self._findings.warn("label.unknown", message, line.number)

    def _bullet(self, line: Line, marker: str, item: str) -> None:
        label, text = split_label(item)
        spelling = None if marker == words.BULLET else marker
        if not self._block().add_bullet(line.indent, text, label=label, spelling=spelling):
            message = said(
                "the bullet is nested more than %(most)d levels deep; it is kept at level %(most)d", most=MAX_DEPTH
            )
            self._findings.warn("list.deep", message, line.number)

    def _misplaced(self, line: Line, label: str) -> None:
        message = said(
            "%(label)s comes twice or too late and is kept as text; expected it right under the title, once",
            label=label,
        )
        self._findings.warn("field.misplaced", message, line.number)
        self.keep(line)

    def _text(self, line: Line) -> None:
        self._report_text(line)
        self.keep(line)

    def _report_text(self, line: Line) -> None:
        if not self._opens_insight() and not self._opens_extra_block():
            self._findings.warn("text.unexpected", _unexpected(line.text), line.number)

    def _opens_extra_block(self) -> bool:
        """Whether the last label was one that the format does not know (which is reported), with nothing under it."""
        block = self._blocks[-1] if self._blocks else None
        return block is not None and block.label not in {None, words.CONTENT} and not block.outline

    def _opens_insight(self) -> bool:
        """Whether the insight's label stands alone so far, so that the next text is the insight."""
        return (
            self._stage is _Stage.INSIGHT and self._insight is not None and not any(line.text for line in self._insight)
        )

    def _block(self) -> Outline:
        self._stage = _Stage.BLOCKS
        if not self._blocks:
            self._blocks.append(_OpenBlock(None))
        return self._blocks[-1].outline


def read_sources(text: str) -> tuple[Source, ...]:
    """The links of ``[name](url) 、 [name](url)``; nothing at all if the text holds anything else."""
    sources: list[Source] = []
    position = 0
    while link := read_link(text, position):
        sources.append(Source(link.name, link.url))
        position = _skip_space(text, link.end)
        if position == len(text):
            return tuple(sources)
        if text[position] != words.SOURCE_SEPARATOR:
            break
        position = _skip_space(text, position + 1)
    return ()


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _unlabelled(lines: list[Line]) -> tuple[Block, ...]:
    outline = Outline()
    for line in lines:
        outline.add_paragraph(0, line.text)
    return (Block(None, outline.items()),) if outline else ()


def _unexpected(text: str) -> Wording:
    bare = text.lstrip("> *#")
    for field, spelling in words.FIELD_SPELLINGS.items():
        if bare.startswith(field):
            return said("%(text)s is kept as text; expected %(form)s", text=cited(text), form=repr(spelling))
    return said(
        "%(text)s belongs to no part of the story and is kept as text; expected a label or a bullet", text=cited(text)
    )
