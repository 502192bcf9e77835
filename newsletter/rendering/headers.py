"""Subject and preheader for an issue that was given none: what an inbox shows before anything is opened."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.digest.document import Document
from newsletter.digest.inline import to_plain
from newsletter.rendering.edition import headline, titled
from newsletter.rendering.furniture import furniture
from newsletter.rendering.measure import clip, columns, minutes_to_read
from newsletter.rendering.publication import Publication

SUBJECT_COLUMNS = 50
PREHEADER_COLUMNS = (40, 140)
# Between two clauses, without a character of either: what is put together again is the title's own text.
_CLAUSE_END = re.compile(r"(?<=[：，。；！？])|(?<=[:;!?]\s)|(?<=\s[-–—|]\s)")
_TRAILING = " ：，。；:;,-–—|"


def default_subject(document: Document, publication: Publication) -> str:
    """The lead in as many whole clauses as fit, then series and date: at most 50 columns.

    The lead is the issue's own headline, or the first story's where the title is but a series and a date.
    """
    words = furniture(publication.language)
    date = document.date_end or document.date_start
    day = words.day(date) if date else ""
    brand = " ".join(filter(None, (_words(document.series or publication.name), day)))
    if own := headline(document):
        return _headed(_words(own), brand, day)
    stories = titled(document)
    if not stories:
        return clip(brand, SUBJECT_COLUMNS)
    brand = clip(brand, SUBJECT_COLUMNS // 2)
    lead = _clauses(_words(stories[0].title), SUBJECT_COLUMNS - columns(brand) - columns("｜"))
    return f"{lead}｜{brand}"


def _headed(own: str, *behind: str) -> str:
    """A headline whole, with the longest of what may stand behind it that still fits."""
    for each in filter(None, behind):
        if columns(f"{own}｜{each}") <= SUBJECT_COLUMNS:
            return f"{own}｜{each}"
    return _clauses(own, SUBJECT_COLUMNS)


def default_preheader(document: Document, publication: Publication) -> str:
    """What else is inside, after the lead: 40 to 140 columns, in whole clauses where they fit."""
    least, most = PREHEADER_COLUMNS
    text = ""
    for piece in _pieces(document, publication):
        longer = f"{text} · {piece}" if text else piece
        if columns(longer) <= most:
            text = longer
        elif columns(text) < least:
            return clip(longer, most)
    return text


def _pieces(document: Document, publication: Publication) -> Iterator[str]:
    """The other stories' headlines; then, only for an issue too short to fill the line, what else there is to say."""
    words, stories = furniture(publication.language), titled(document)
    used = 0
    untold = stories if headline(document) else stories[1:]
    for piece in (_clauses(_words(story.title), 60) for story in untold):
        used += columns(piece)
        yield piece
    if used >= PREHEADER_COLUMNS[0]:
        return
    yield from (_words(story.title) for story in stories[: 0 if headline(document) else 1])
    yield f"{words.stories(len(stories))}{words.comma}{words.minutes(minutes_to_read(document))}"
    if publication.tagline:
        yield publication.tagline
    yield words.why(publication.name)


def _clauses(title: str, limit: int) -> str:
    """The first clauses of ``title`` that fit ``limit`` columns; its beginning, clipped, where those say too little."""
    fitting = ""
    text = ""
    for clause in _CLAUSE_END.split(title):
        text += clause
        if columns(text.strip(_TRAILING)) > limit:
            break
        fitting = text.strip(_TRAILING)
    return fitting if columns(fitting) >= limit // 3 else clip(title, limit)


def _words(text: str) -> str:
    """``text`` without markup, on one line."""
    return " ".join(to_plain(text).split())
