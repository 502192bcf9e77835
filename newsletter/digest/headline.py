"""What a digest's first heading holds besides its words: an icon and a date."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from newsletter.digest.errors import Problem
from newsletter.digest.lines import Line, heading
from newsletter.digest.wording import said

_CHINESE_DATE = re.compile(r"([0-9]{4})\s?年\s?([0-9]{1,2})\s?月\s?([0-9]{1,2})\s?日")
_SERIES_ENDS = " \t-–—|·｜:："
_EMOJI_PRESENTATION = "\N{VARIATION SELECTOR-16}"


class TitleLine(NamedTuple):
    """A digest's first heading: its line, its words, and the lines under it."""

    line: Line
    words: str
    below: Sequence[Line]


def find_title(lines: Sequence[Line], form: str, problems: list[Problem]) -> TitleLine | None:
    """The first heading of the first level. What is wrong goes to ``problems``; ``form`` is how it should look."""
    for index, line in enumerate(lines):
        parts = heading(line.text)
        if parts is None or parts[0] != 1:
            continue
        if index:
            message = said("text in front of the title; expected %(form)s as the first line", form=form)
            problems.append(Problem.of("title.not-first", message, lines[0].number))
        return TitleLine(line, parts[1], lines[index + 1 :])
    first = lines[0].number if lines else None
    no_title = said("no title; expected %(form)s as the first line", form=form)
    no_date = said("no date; expected it in the title, %(form)s", form=form)
    problems.append(Problem.of("title.missing", no_title, first))
    problems.append(Problem.of("date.missing", no_date, first))
    return None


def split_icon(words: str) -> tuple[str | None, str]:
    """The pictographs that a heading begins with, and the words behind them. No icon without words."""
    end = next((index for index, character in enumerate(words) if not _pictographic(character)), len(words))
    icon, rest = words[:end], words[end:].strip()
    return (icon, rest) if rest and any(map(_pictograph, icon)) else (None, words)


def chinese_date(words: str) -> re.Match[str] | None:
    """The last ``YYYY年MM月DD日`` of a heading, whether or not there is such a day."""
    return max(_CHINESE_DATE.finditer(words), key=re.Match.start, default=None)


def date_of(found: re.Match[str]) -> datetime.date:
    """The day that ``chinese_date`` found. Raises ``ValueError`` when the calendar has no such day."""
    year, month, day = map(int, found.groups())
    return datetime.date(year, month, day)


def series_before(words: str, found: re.Match[str]) -> str | None:
    """The name in front of the date, without the dash between them; None if there is none."""
    return words[: found.start()].rstrip(_SERIES_ENDS).strip() or None


def _pictograph(character: str) -> bool:
    # Pictographs that are newer than Python's tables are unassigned ("Cn") in the emoji planes.
    new = "\U0001f000" <= character <= "\U0001faff" and unicodedata.category(character) == "Cn"
    return new or unicodedata.category(character) == "So" or character == _EMOJI_PRESENTATION


def _pictographic(character: str) -> bool:
    """A pictograph or what modifies one: selectors, joiners, skin tones."""
    skin_tone = "\U0001f3fb" <= character <= "\U0001f3ff"
    return _pictograph(character) or skin_tone or unicodedata.category(character) in {"Mn", "Me", "Cf"}
