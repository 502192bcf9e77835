"""Builds one story of a bulletin digest, line by line.

Whatever the lines hold, the writer puts it back in the same order: title, original, summary, blocks, links. A field out
of its turn is kept as text, with a finding. Text that stands between two fields is a block of its own, whose spelling
says where it stands, so that it costs neither field.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from enum import IntEnum

from newsletter.digest.bold import BARE, COLON_ENDS, Bold, read_bold
from newsletter.digest.bulletin import words
from newsletter.digest.bulletin.items import bullet_spelling
from newsletter.digest.bulletin.links import read_date, read_links, read_original
from newsletter.digest.bulletin.spelling import spelling_of
from newsletter.digest.document import Block, Link, PrimaryLink, Story
from newsletter.digest.findings import Findings, cited
from newsletter.digest.headline import split_icon
from newsletter.digest.lines import Line, bullet, quote
from newsletter.digest.outline import MAX_DEPTH, Outline
from newsletter.digest.wording import Wording, said


class _Stage(IntEnum):
    """How far a story has come."""

    TITLE = 0
    ORIGINAL = 1
    SUMMARY = 2
    BLOCKS = 3


@dataclasses.dataclass(slots=True)
class _OpenBlock:
    label: str | None
    spelling: str | None = None
    outline: Outline = dataclasses.field(default_factory=Outline)

    def freeze(self) -> Block:
        return Block(self.label, self.outline.items(), self.spelling)


class StoryBuilder:
    """Takes a story's lines in order; ``build`` gives the story, which holds every one of them."""

    def __init__(self, title: str, findings: Findings, *, plain_title: bool = False) -> None:
        self._title = title
        self._plain_title = plain_title
        self._findings = findings
        self._stage = _Stage.TITLE
        self._under_title: list[Line] = []
        self._original: PrimaryLink | None = None
        self._under_original: list[Line] = []
        self._summary: list[str] | None = None
        self.ends: list[str] = []
        """How the label of its summary ends, if it has one."""
        self._blocks: list[_OpenBlock] = []
        self._labels: set[str] = set()
        self._marker, self._closing = words.BULLET, BARE
        self._links: list[tuple[Line, tuple[Link, ...]]] = []
        self._under_links: list[Line] = []

    def add(self, line: Line) -> None:
        quoted, item = quote(line.text), bullet(line.text)
        if quoted is not None:
            self._quoted(line, quoted)
        elif item is not None:
            self._bullet(line, *item)
        elif not (self._reads_original(line) or self._reads_links(line) or self._reads_label(line)):
            self._text(line)

    def build(self) -> Story:
        self._pour_head()
        return Story(
            title=self._title,
            primary_link=self._original,
            summary=None if self._summary is None else "\n".join(self._summary),
            blocks=(
                *((Block(None, (), words.PLAIN_TITLE),) if self._plain_title else ()),
                *_between(self._under_title, words.UNDER_TITLE),
                *_between(self._under_original, words.UNDER_ORIGINAL),
                *(block.freeze() for block in self._blocks),
                *_between(self._under_links, words.UNDER_LINKS),
            ),
            links=tuple(link for _, links in self._links for link in links),
        )

    def _quoted(self, line: Line, quoted: str) -> None:
        bold = read_bold(quoted)
        if bold and bold.label == words.SUMMARY and bold.closing in COLON_ENDS:
            self._summarised(line, bold)
        elif self._stage is _Stage.SUMMARY and self._summary is not None and not self._links:
            message = said("%(text)s is read as part of the summary", text=cited(quoted))
            self._findings.warn("text.unexpected", message, line.number)
            self._summary.append(quoted)
        else:
            self._text(line)

    def _summarised(self, line: Line, bold: Bold) -> None:
        if self._stage < _Stage.SUMMARY:
            self._settle_links()
            self._summary, self._stage = [bold.text], _Stage.SUMMARY
            self.ends.append(bold.closing)
            return
        message = said(
            "%(label)s comes twice or too late and is kept as text; expected it once, before the blocks",
            label=words.SUMMARY,
        )
        self._report(line, "field.misplaced", message)
        self._keep(line)

    def _reads_original(self, line: Line) -> bool:
        if self._stage is _Stage.ORIGINAL:
            return self._reads_date(line)
        found = read_original(line.text) if self._stage is _Stage.TITLE else None
        if found is None:
            return False
        self._settle_links()
        self._original, rest = found
        self._stage = _Stage.ORIGINAL
        if rest:
            self.add(line._replace(text=rest))
        return True

    def _reads_date(self, line: Line) -> bool:
        """The original's date may stand on a line of its own."""
        date = read_date(line.text)
        if date is None or self._original is None or self._original.date or self._under_original or self._links:
            return False
        self._original = dataclasses.replace(self._original, date=date)
        return True

    def _reads_links(self, line: Line) -> bool:
        links = () if self._under_links else read_links(line.text)
        if links:
            self._links.append((line, links))
        return bool(links)

    def _reads_label(self, line: Line) -> bool:
        bold = read_bold(line.text)
        if bold is None or bold.text or self._stands_in_bullet(line):
            return False
        self._settle_links()
        self._enter_blocks()
        if bold.label in self._labels:
            message = said("the story has two blocks %(label)s", label=cited(bold.label))
            self._findings.warn("label.repeated", message, line.number)
        elif split_icon(bold.label)[1] != words.CONTENT:
            message = said(
                "the label %(label)s is kept as a block; expected %(known)s only",
                label=cited(bold.label),
                known=words.CONTENT,
            )
            self._findings.warn("label.unknown", message, line.number)
        self._labels.add(bold.label)
        self._blocks.append(_OpenBlock(bold.label, None if bold.closing == BARE else bold.closing))
        return True

    def _stands_in_bullet(self, line: Line) -> bool:
        return bool(self._blocks) and not self._links and self._blocks[-1].outline.encloses(line.indent)

    def _bullet(self, line: Line, marker: str, item: str) -> None:
        self._settle_links()
        self._enter_blocks()
        bold = read_bold(item)
        label, closing, text = bold or (None, BARE, item)
        self._marker, self._closing = marker, closing
        spelling = bullet_spelling(marker, closing, text) if bold else spelling_of(marker, None)
        if not self._outline().add_bullet(line.indent, text, label=label, spelling=spelling):
            message = said(
                "the bullet is nested more than %(most)d levels deep; it is kept at level %(most)d", most=MAX_DEPTH
            )
            self._findings.warn("list.deep", message, line.number)

    def _text(self, line: Line) -> None:
        self._report(line, "text.unexpected", _unexpected(line.text))
        self._keep(line)

    def _report(self, line: Line, code: str, wording: Wording) -> None:
        """Reports a line that is about to be kept as text, unless a label waits for it.

        The format sets text under a bare label of the second level. It is read under one of the first, but reported;
        where a colon calls for it, only the line is broken.
        """
        level = self._label_above(line)
        if level == 0 or (level == 1 and self._closing == BARE):
            self._findings.warn(code, wording, line.number)

    def _label_above(self, line: Line) -> int:
        """The level of the label alone that the line gives the text for; 0: there is none."""
        return self._blocks[-1].outline.bare_label(line.indent) if self._blocks and not self._links else 0

    def _keep(self, line: Line) -> None:
        """Keeps a line as text where it stands."""
        if self._links:
            self._under_links.append(line)
        elif self._stage is _Stage.TITLE:
            self._under_title.append(line)
        elif self._stage is _Stage.ORIGINAL:
            self._under_original.append(line)
        elif self._label_above(line):
            self._outline().give_text(line.text, bullet_spelling(self._marker, self._closing, line.text))
        else:
            self._enter_blocks()
            self._outline().add_paragraph(line.indent, line.text)

    def _settle_links(self) -> None:
        """Makes text of links that turn out not to be the story's end."""
        links, texts = self._links, self._under_links
        self._links, self._under_links = [], []
        for line, _ in links:
            message = said("%(text)s is kept as text; expected links at the end of the story", text=cited(line.text))
            self._report(line, "field.misplaced", message)
            self._keep(line)
        for line in texts:
            self._keep(line)

    def _enter_blocks(self) -> None:
        if self._stage < _Stage.BLOCKS:
            self._pour_head()
            self._stage = _Stage.BLOCKS

    def _pour_head(self) -> None:
        """Text that no field follows stands in front of none: it begins the blocks."""
        if self._stage not in {_Stage.TITLE, _Stage.ORIGINAL}:
            return
        lines = self._under_title if self._original is None else self._under_original
        if lines:
            self._blocks.append(_OpenBlock(None, outline=_paragraphs(lines)))
        lines.clear()

    def _outline(self) -> Outline:
        if not self._blocks:
            self._blocks.append(_OpenBlock(None))
        return self._blocks[-1].outline


def _between(lines: list[Line], spelling: str) -> Iterator[Block]:
    if lines:
        yield Block(None, _paragraphs(lines).items(), spelling)


def _paragraphs(lines: Iterable[Line]) -> Outline:
    outline = Outline()
    for line in lines:
        outline.add_paragraph(line.indent, line.text)
    return outline


def _unexpected(text: str) -> Wording:
    bare = text.lstrip("> *#[")
    for field, spelling in words.FIELD_SPELLINGS.items():
        if bare.startswith(field):
            return said("%(text)s is kept as text; expected %(form)s", text=cited(text), form=repr(spelling))
    return said(
        "%(text)s belongs to no part of the story and is kept as text; expected a label or a bullet", text=cited(text)
    )
