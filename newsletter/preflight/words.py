"""Checks of the words a reader sees: what was left behind, what is invisible, what is long."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from django.utils.translation import gettext as _

from newsletter.preflight.checking import Hit, check
from newsletter.preflight.findings import Place, Severity
from newsletter.preflight.inspected import Inspected
from newsletter.rendering import slots
from newsletter.rendering.measure import columns, minutes_to_read

LONG = 600  # columns: some 15 lines on a phone

# Whole words; a Chinese character beside one ends it. TODO shouts: the Spanish word and to-do lists don't.
_PLACEHOLDER = re.compile(r"(?<![\w.-])(?:(?i:lorem|example\.com(?!/)|x{3,})|TODO)(?![\w-]|\.\w)", re.ASCII)
_SLOT_LIKE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_.]*)\s*\}\}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


@check("placeholder-text", Severity.BLOCK)
def placeholder_text(subject: Inspected) -> Iterator[Hit]:
    meant = _set_in_code(subject)
    for passage in (*subject.passages, *subject.inbox):
        for word in dict.fromkeys(match.group() for match in _PLACEHOLDER.finditer(passage.prose)):
            if passage in subject.inbox and word in meant:
                continue
            message = _("%(word)r stands in the text; it looks like something to be filled in.") % {"word": word}
            yield Hit(
                message, _("Write what is meant; where the word itself is meant, set it in `code`."), passage.place
            )


@check("slot-in-text", Severity.BLOCK)
def slot_in_text(subject: Inspected) -> Iterator[Hit]:
    for name, place in _written_slots(subject):
        if name in slots.SLOTS:
            message = _("{{%(name)s}} is written in the text, where it is shown as it is and not filled in.")
            remedy = _("Merge slots work in the subject and the preheader only; where it is meant, set it in `code`.")
            yield Hit(message % {"name": name}, remedy, place)


@check("slot-like-text", Severity.WARN)
def slot_like_text(subject: Inspected) -> Iterator[Hit]:
    for name, place in _written_slots(subject):
        if name not in slots.SLOTS:
            message = _("{{%(name)s}} reads like something to be filled in; readers see it as it is.")
            remedy = _("Write what is meant; where it is meant, set it in `code`.")
            yield Hit(message % {"name": name}, remedy, place, name)


@check("control-character", Severity.BLOCK)
def control_character(subject: Inspected) -> Iterator[Hit]:
    """C0 and C1 but for tabs and line ends; and halves of surrogate pairs, which no mail can carry."""
    yield from _invisible(subject, _CONTROL, _("The control character %(name)s stands in the text."))


@check("bidi-override", Severity.BLOCK)
def bidi_override(subject: Inspected) -> Iterator[Hit]:
    """What turns the direction of text can make it read as something else (https://www.unicode.org/reports/tr36/)."""
    message = _("The invisible character %(name)s stands in the text; it changes the order in which text is read.")
    yield from _invisible(subject, _BIDI, message)


@check("reading-time", Severity.INFORM)
def reading_time(subject: Inspected) -> Iterator[Hit]:
    numbers = {"minutes": minutes_to_read(subject.document), "stories": len(subject.document.stories)}
    yield Hit(_("Reading time: %(minutes)d min. Stories: %(stories)d.") % numbers, _("Nothing need be done."))


@check("long-paragraph", Severity.INFORM)
def long_paragraph(subject: Inspected) -> Iterator[Hit]:
    for passage in subject.passages:
        lines = (line for line in passage.words.splitlines() if 2 * len(line) > LONG)
        width = max(map(columns, lines), default=0)
        if width > LONG:
            message = _("A paragraph is %(width)d columns long, some %(lines)d lines on a phone.")
            remedy = _("Break it where the thought turns.")
            yield Hit(message % {"width": width, "lines": round(width / 40)}, remedy, passage.place)


def _set_in_code(subject: Inspected) -> set[str]:
    """The words that titles hold in code alone. Subject and preheader are made of titles, and can't mark code."""
    titles = [passage for passage in subject.passages if passage.place.field == "title"]
    shown = {match.group() for title in titles for match in _PLACEHOLDER.finditer(title.words)}
    return shown - {match.group() for title in titles for match in _PLACEHOLDER.finditer(title.prose)}


def _written_slots(subject: Inspected) -> Iterator[tuple[str, Place]]:
    for passage in subject.passages:
        for name in dict.fromkeys(match[1] for match in _SLOT_LIKE.finditer(passage.prose)):
            yield name, passage.place


def _invisible(subject: Inspected, wanted: re.Pattern[str], message: str) -> Iterator[Hit]:
    for passage in (*subject.passages, *subject.inbox):
        for character in dict.fromkeys(wanted.findall(f"{passage.source} {passage.url or ''}")):
            name = f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()
            remedy = _("Delete it; retyping the word around it does that.")
            yield Hit(message % {"name": name}, remedy, passage.place)
