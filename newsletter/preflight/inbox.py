"""Checks of what an inbox shows before anything is opened: subject and preheader."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from newsletter.preflight.checking import Hit, check
from newsletter.preflight.findings import Place, Severity
from newsletter.preflight.inspected import Inspected
from newsletter.preflight.tables import FILTERED
from newsletter.rendering.headers import PREHEADER_COLUMNS, SUBJECT_COLUMNS
from newsletter.rendering.measure import columns
from newsletter.rendering.slots import shown

_NAME = "…" * 8  # how wide a reader's name is taken to be
_SHOUTING = re.compile(r"[!！]{2,}|[?？]{3,}|\${2,}")


@check("subject-missing", Severity.BLOCK)
def subject_missing(subject: Inspected) -> Iterator[Hit]:
    if subject.mail and not subject.mail.subject.strip():
        yield Hit(_("The subject is empty."), _("Write one, or leave the field quite empty."), Place(field="subject"))


@check("subject-long", Severity.WARN)
def subject_long(subject: Inspected) -> Iterator[Hit]:
    if subject.mail and (width := _width(subject.mail.subject)) > SUBJECT_COLUMNS:
        message = _(
            "The subject is %(width)d columns wide; phones show about %(most)d, where a Chinese character is 2."
        )
        remedy = _("Put what matters first, and shorten the rest.")
        facts = {"width": width, "most": SUBJECT_COLUMNS}
        yield Hit(message % facts, remedy, Place(field="subject"), subject.mail.subject)


@check("preheader-length", Severity.WARN)
def preheader_length(subject: Inspected) -> Iterator[Hit]:
    least, most = PREHEADER_COLUMNS
    if subject.mail and not least <= (width := _width(subject.mail.preheader)) <= most:
        message = _("The preheader is %(width)d columns wide; inboxes show %(least)d to %(most)d.")
        remedy = _("Say what else is inside, in that width; left empty, it is made from the stories.")
        numbers = {"width": width, "least": least, "most": most}
        yield Hit(message % numbers, remedy, Place(field="preheader"), subject.mail.preheader)


@check("filtered-words", Severity.INFORM)
def filtered_words(subject: Inspected) -> Iterator[Hit]:
    """Only in the inbox line: in a story, such words are news."""
    if subject.mail is None:
        return
    for field in ("subject", "preheader"):
        text = getattr(subject.mail, field)
        found = dict.fromkeys(match.group().lower() for match in FILTERED.finditer(text))
        found |= dict.fromkeys(match.group() for match in _SHOUTING.finditer(text))
        if found:
            message = _("Spam filters dislike: %(words)s.") % {"words": ", ".join(found)}
            yield Hit(message, _("Say it in other words, if it can be said so."), Place(field=field))


def _width(text: str) -> int:
    """The columns of a subject or preheader with its slots filled."""
    return columns(shown(text, _NAME))
