"""The blocks of a story: labels, each with paragraphs and lists in any mix."""

from __future__ import annotations

import dataclasses

from newsletter.digest.document import Block, Item
from newsletter.digest.findings import Findings, cited
from newsletter.digest.lines import Line, joined
from newsletter.digest.outline import MAX_DEPTH, Outline
from newsletter.digest.report import words
from newsletter.digest.report.marks import (
    ALONE,
    BULLET,
    BULLETS,
    COLON_AFTER,
    COLON_ENDS,
    LABEL_ENDS,
    Labelled,
    bullet,
    labelled,
    write_label,
)
from newsletter.digest.report.oddities import no_block, report_odd
from newsletter.digest.wording import said

# Where blocks stand behind a story's fields, this block stands for the fields. It has nothing to show.
FIELDS_PLACE = Block(None)

# In a block's spelling, behind the end of its label: its first paragraph begins on the same line.
_SAME_LINE = " "


@dataclasses.dataclass(slots=True)
class _OpenBlock:
    label: str | None
    spelling: str | None = None
    outline: Outline = dataclasses.field(default_factory=Outline)


class BlocksBuilder:
    """Takes lines in order. What is under no label is kept in a block without one, with a finding."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._blocks: list[_OpenBlock] = []
        self._labels: set[str] = set()
        self._paragraph: list[Line] = []

    def add(self, line: Line) -> None:
        found = labelled(line.text)
        item = bullet(line)
        if found and _opens_block(found):
            self._open(line, found)
        elif item:
            self._bullet(line, *item)
        else:
            self._report_text(line)
            self._text(line)

    def build(self) -> tuple[Block, ...]:
        self._end_paragraph()
        return tuple(Block(block.label, block.outline.items(), block.spelling) for block in self._blocks)

    def _open(self, line: Line, found: Labelled) -> None:
        self._end_paragraph()
        self._report_label(line, found.label)
        spelling = f"{found.end}{_SAME_LINE}" if found.rest else found.end
        self._blocks.append(_OpenBlock(found.label, None if spelling == ALONE else spelling))
        if found.rest:
            rest = Line(line.number, line.indent, found.rest)
            self._report_text(rest)
            self._text(rest)

    def _report_label(self, line: Line, label: str) -> None:
        if label in self._labels:
            message = said("the story has two blocks %(label)s", label=cited(label))
            self._findings.warn("label.repeated", message, line.number)
        elif label in words.FIELD_SPELLINGS:
            form = repr(words.FIELD_SPELLINGS[label])
            message = said("%(label)s is kept as a block; expected %(form)s", label=label, form=form)
            self._findings.warn("field.misplaced", message, line.number)
        elif label not in words.BLOCK_LABELS:
            expected = words.ENTITY_SEPARATOR.join(words.BLOCK_LABELS)
            message = said(
                "the label %(label)s is kept as a block; expected one of %(known)s", label=cited(label), known=expected
            )
            self._findings.warn("label.unknown", message, line.number)
        self._labels.add(label)

    def _bullet(self, line: Line, marker: str, text: str) -> None:
        self._end_paragraph()
        # A label that is not bold stays text: so does it look in the digest.
        found = labelled(text)
        label, end, rest = found if found and found.end in COLON_ENDS else (None, "", text)
        usual = (BULLET, COLON_AFTER) if label else (BULLET, "")
        spelling = None if (marker, end) == usual else f"{marker}{end}"
        if not self._block().outline.add_bullet(line.indent, rest, label=label, spelling=spelling):
            message = said(
                "the bullet is nested more than %(most)d levels deep; it is kept at level %(most)d", most=MAX_DEPTH
            )
            self._findings.warn("list.deep", message, line.number)

    def _report_text(self, line: Line) -> None:
        if not self._blocks:
            message = said(
                "%(text)s stands under no label; expected '**%(label)s**' above it",
                text=cited(line.text),
                label=words.BLOCK_LABELS[0],
            )
            self._findings.warn("text.unexpected", message, line.number)
        else:
            report_odd(line, self._findings, odd=no_block)

    def _text(self, line: Line) -> None:
        last = self._paragraph[-1] if self._paragraph else None
        if last and (last.number + 1 != line.number or last.indent != line.indent):
            self._end_paragraph()
        self._block()
        self._paragraph.append(line)

    def _end_paragraph(self) -> None:
        if self._paragraph:
            self._blocks[-1].outline.add_paragraph(self._paragraph[0].indent, joined(self._paragraph))
            self._paragraph = []

    def _block(self) -> _OpenBlock:
        if not self._blocks:
            self._blocks.append(_OpenBlock(None))
        return self._blocks[-1]


def _opens_block(found: Labelled) -> bool:
    """A label alone on its line; a known one may have its first paragraph on the same line, behind a colon."""
    return not found.rest or (found.label in words.BLOCK_LABELS and found.end in COLON_ENDS)


def write_label_of(block: Block) -> tuple[str, bool]:
    """A block's label, and whether its first paragraph stands on the same line."""
    spelling, label = block.spelling or ALONE, block.label or ""
    end = spelling.removesuffix(_SAME_LINE)
    same_line = spelling != end and end in COLON_ENDS and label in words.BLOCK_LABELS
    return write_label(label, end if end in LABEL_ENDS else ALONE), same_line


def write_bullet(item: Item) -> str:
    """The line of a bullet, without its margin."""
    marker, end = (item.spelling or BULLET)[0], (item.spelling or "")[1:]
    label = write_label(item.label, end if end in COLON_ENDS else COLON_AFTER) if item.label is not None else ""
    return f"{marker if marker in BULLETS else BULLET} {label}{item.text}".rstrip()
