"""Builds one story of a report.

Its lines are blocks, then the fields in their order, without a gap. Whatever the lines hold, the writer puts it back in
the same order; so of fields that are out of order, repeated or broken up by other text, one run counts (that with the
sources, if there is one), and the others are kept as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from newsletter.digest.document import Block, Story
from newsletter.digest.findings import Findings, cited
from newsletter.digest.lines import Line
from newsletter.digest.report import words
from newsletter.digest.report.blocks import FIELDS_PLACE, BlocksBuilder
from newsletter.digest.report.fields import ORDER, Field, read_entities, read_field, read_sources
from newsletter.digest.report.marks import Marks, bullet, labelled
from newsletter.digest.report.oddities import report_odd
from newsletter.digest.wording import said

# The sources weigh more than the other two together.
_WEIGHTS = {words.ENTITIES: 1, words.IMPORTANCE: 2, words.SOURCES: 4}


def read_story(title: str, lines: Sequence[Line], marks: Marks, findings: Findings) -> Story:
    """The story, which holds every one of its lines."""
    pieces = _pieces(lines)
    start, end = _best_run(pieces)
    run = {piece.label: piece for piece in pieces[start:end] if isinstance(piece, Field)}
    blocks = _blocks(pieces[:start], findings)
    for field in run.values():
        field.record(marks)
        if field.label == words.IMPORTANCE:
            for line in field.text_lines():
                report_odd(line, findings)
    # Nothing belongs there, so each line gets this finding and no other.
    behind = _blocks(pieces[end:], Findings()) if run else ()
    for line in _lines(pieces[end:]) if run else ():
        message = said("%(text)s stands behind the fields of its story and is kept there", text=cited(line.text))
        findings.warn("text.misplaced", message, line.number)
    importance = run.get(words.IMPORTANCE)
    return Story(
        title=title,
        blocks=(*blocks, FIELDS_PLACE, *behind) if behind else blocks,
        entities=read_entities(run[words.ENTITIES].text) if words.ENTITIES in run else (),
        importance="\n".join(line.text for line in importance.text_lines()) if importance else None,
        sources=read_sources(run[words.SOURCES].text)[0] if words.SOURCES in run else (),
    )


def _pieces(lines: Sequence[Line]) -> list[Line | Field]:
    """The lines, with a field for each that is one; the importance takes the text on the lines right under it."""
    pieces: list[Line | Field] = []
    for line in lines:
        before = pieces[-1] if pieces else None
        field = read_field(line)
        if isinstance(before, Field) and field is None and _continues(before, line):
            before.lines.append(line)
        else:
            pieces.append(field or line)
    return pieces


def _continues(field: Field, line: Line) -> bool:
    adjacent = field.lines[-1].number + 1 == line.number
    return field.label == words.IMPORTANCE and adjacent and not labelled(line.text) and not bullet(line)


def _best_run(pieces: Sequence[Line | Field]) -> tuple[int, int]:
    """Start and end of the fields that count: neighbours in the fields' order, that weigh most."""
    best, best_weight = (len(pieces), len(pieces)), 0
    start, weight, rank = 0, 0, -1
    for index, piece in enumerate(pieces):
        if not isinstance(piece, Field):
            start, weight, rank = index + 1, 0, -1
            continue
        if ORDER.index(piece.label) <= rank:
            start, weight = index, 0
        rank = ORDER.index(piece.label)
        weight += _WEIGHTS[piece.label]
        if weight > best_weight:
            best, best_weight = (start, index + 1), weight
    return best


def _blocks(pieces: Sequence[Line | Field], findings: Findings) -> tuple[Block, ...]:
    builder = BlocksBuilder(findings)
    for line in _lines(pieces):
        builder.add(line)
    return builder.build()


def _lines(pieces: Sequence[Line | Field]) -> Iterator[Line]:
    """The lines as they came, those of fields included."""
    for piece in pieces:
        yield from piece.lines if isinstance(piece, Field) else (piece,)
