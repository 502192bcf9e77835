"""What a digest's first heading holds besides its words: an icon and a date."""

from __future__ import annotations

import datetime
import re
import unicodedata

_CHINESE_DATE = re.compile(r"([0-9]{4})\s?年\s?([0-9]{1,2})\s?月\s?([0-9]{1,2})\s?日")
_SERIES_ENDS = " \t-–—|·｜:："
_EMOJI_PRESENTATION = "\N{VARIATION SELECTOR-16}"


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
