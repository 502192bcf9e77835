"""Subject and preheader for an issue that was given none: what an inbox shows before anything is opened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from newsletter.digest.document import Block, Document, Story
from newsletter.digest.inline import to_plain
from newsletter.rendering import own_date
from newsletter.rendering.edition import headline, other_links, reading, titled
from newsletter.rendering.furniture import furniture
from newsletter.rendering.measure import clip, columns, minutes_to_read
from newsletter.rendering.publication import Publication

SUBJECT_COLUMNS = 50
PREHEADER_COLUMNS = (40, 140)
# Between two clauses, without a character of either: what is put together again is the title's own text.
_CLAUSE_END = re.compile(r"(?<=[：，。；！？])|(?<=[:;!?]\s)|(?<=\s[-–—|]\s)")
_BAR = "｜"
_ALIKE = 4  # characters in common that make two beginnings the same
_TRAILING = " ：，。；:;,-–—|"


def default_subject(document: Document, publication: Publication) -> str:
    """The lead in as many whole clauses as fit, then series and date: at most 50 columns, as a reader sees it.

    The lead is the issue's own headline, or the first story's where the title is but a series and a date. A lead that
    names the date itself is not told it again.
    """
    series, day = _words(document.series or publication.name), _day(document, publication)
    brand = " ".join(filter(None, (series, day)))
    if own := headline(document):
        own = _words(own)
        return _headed(own, *((series,) if _says_date(own, document) else (brand, day)))
    stories = titled(document)
    if not stories:
        return clip(brand, SUBJECT_COLUMNS)
    subject = _led(stories[0], series)
    return subject if not day or _says_date(subject, document) else _led(stories[0], brand)


def _day(document: Document, publication: Publication) -> str:
    date = document.date_end or document.date_start
    return furniture(publication.language).day(date) if date else ""


def _says_date(text: str, document: Document) -> bool:
    return own_date.said(text, document.date_start, document.date_end)


def _led(story: Story, brand: str) -> str:
    brand = clip(brand, SUBJECT_COLUMNS // 2)
    lead = _clauses(_words(story.title), SUBJECT_COLUMNS - columns(brand) - columns(_BAR))
    return f"{lead}{_BAR}{brand}"


def _headed(own: str, *behind: str) -> str:
    """A headline whole, with the longest of what may stand behind it that still fits."""
    for each in filter(None, behind):
        if columns(f"{own}{_BAR}{each}") <= SUBJECT_COLUMNS:
            return f"{own}{_BAR}{each}"
    return _clauses(own, SUBJECT_COLUMNS)


def default_preheader(document: Document, publication: Publication, subject: str | None = None) -> str:
    """What else is inside, after what the subject says: up to 140 columns in whole clauses, and never the subject
    again.

    It comes from the issue alone. Only an issue that says next to nothing gives less than 40 columns.
    """
    least, most = PREHEADER_COLUMNS
    subject = default_subject(document, publication) if subject is None else subject
    told = [_key(subject.rpartition(_BAR)[0] or subject), _key(subject)]
    text = ""
    for piece in _pieces(document, publication, subject):
        if piece.to_fill and columns(text) >= least:
            break
        longer = f"{text} · {piece.text}" if text else piece.text
        if _is_told(_key(piece.text), told):
            continue
        if columns(longer) <= most:
            text = longer
            told.append(_key(piece.text))
        elif columns(text) < least:
            return clip(longer, most)
    return text


class _Piece(NamedTuple):
    """Something that a preheader may say; ``to_fill``: only where it would be too short otherwise."""

    text: str
    to_fill: bool


def _pieces(document: Document, publication: Publication, subject: str) -> Iterator[_Piece]:
    """The other stories' headlines; then what else a short issue says."""
    words, stories = furniture(publication.language), titled(document)
    untold = stories if headline(document) else stories[1:]
    yield from (_Piece(_clauses(_words(story.title), 60), to_fill=False) for story in untold)
    for text in _contents(document, subject):
        yield _Piece(_clauses(_words(text), 90), to_fill=True)
    yield _Piece(f"{words.stories(len(stories))}{words.comma}{words.minutes(minutes_to_read(document))}", to_fill=True)
    yield _Piece(_words(publication.tagline), to_fill=True)


def _contents(document: Document, subject: str) -> Iterator[str]:
    """What an issue says beside its headlines, the most telling first."""
    stories = document.stories
    if stories:
        yield _behind(_words(stories[0].title), subject.rpartition(_BAR)[0])
    yield from filter(None, (document.summary, document.description))
    for story in stories:
        yield from filter(None, (story.summary, story.insight, story.importance))
    yield from (each.title for each in document.highlights)
    yield from (link.title for link in other_links(document))
    for story in stories:
        yield from _said_in(story.blocks)
    if insight := document.editor_insight:
        yield from (text for part in insight.parts for text in (part.title, *part.paragraphs) if text)
    yield from (item.title or item.text or "" for group in reading(document) for item in group.items)


def _said_in(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        yield from filter(None, (item.text or item.label for item in block.items))


def _behind(title: str, lead: str) -> str:
    """The clauses of the lead's title that the subject had no room for."""
    return title[len(lead) :].strip(_TRAILING + " ？！?!") if lead and title.startswith(lead) else ""


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _is_told(key: str, told: Iterable[str]) -> bool:
    """Whether it says nothing, or something that was said already, or begins like that."""
    return not key or any(key in each or (len(each) >= _ALIKE and key.startswith(each)) for each in told)


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
