"""From a document to a mail: MJML by Django's templates, HTML by mjml-python, inlined by premailer, then checked.

Values in, values out, and the same bytes for the same input, in any process: a rendition is hashed.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from mjml import mjml2html

from newsletter.digest.document import Document
from newsletter.rendering import colour, edition, slots, templates
from newsletter.rendering.checks import check_mail
from newsletter.rendering.compacting import compact
from newsletter.rendering.errors import RenderError
from newsletter.rendering.furniture import Furniture, furniture
from newsletter.rendering.headers import default_preheader, default_subject
from newsletter.rendering.landmarks import with_main
from newsletter.rendering.measure import columns, minutes_to_read
from newsletter.rendering.publication import Publication
from newsletter.rendering.styles import styles
from newsletter.rendering.text import plain_text

__all__ = ["Rendered", "default_preheader", "default_subject", "render"]

_PREVIEW_COLUMNS = 160


@dataclass(frozen=True, slots=True)
class Rendered:
    """One mail with its merge slots unfilled, as SES gets it. ``mjml`` is kept for those who mend the look."""

    subject: str
    preheader: str
    mjml: str
    html: str
    text: str


def render(
    document: Document, publication: Publication, *, subject: str | None = None, preheader: str | None = None
) -> Rendered:
    """The mail of an issue, with the given subject and preheader or the default ones.

    A given subject or preheader may hold merge slots. Raises :class:`~newsletter.rendering.errors.RenderError` or
    :class:`~newsletter.rendering.slots.SlotError`.
    """
    from newsletter.rendering.inlining import inlined  # noqa: PLC0415 - 15 MB that no process needs only to send

    subject = slots.escape(default_subject(document, publication)) if subject is None else subject
    if preheader is None:
        preheader = slots.escape(default_preheader(document, publication, slots.shown(subject)))
    mjml = templates.mjml(document.format, _values(document, publication, preheader))
    html = compact(inlined(with_main(_html(mjml)), styles(publication.theme, publication.language).inline))
    text = plain_text(document, publication)
    check_mail(subject=subject, preheader=preheader, html=html, text=text)
    return Rendered(subject=subject, preheader=preheader, mjml=mjml, html=html, text=text)


def _html(mjml: str) -> str:
    try:
        # fonts={}: nothing from Google. Comments go, conditional ones stay.
        return mjml2html(mjml, fonts={}, disable_comments=True)
    except ValueError as error:
        raise RenderError(_("the MJML is not well-formed: %(why)s") % {"why": error}) from error


def _values(document: Document, publication: Publication, preheader: str) -> dict[str, Any]:
    words = furniture(publication.language)
    start = document.date_start or document.date_end
    end = document.date_end or start
    return {
        "document": document,
        "sections": edition.numbered(document),
        "highlights": edition.highlights(document),
        "other_links": edition.other_links(document),
        "reading": edition.reading(document),
        "contents": bool(edition.titled(document)),
        "chapters": all(section.title and section.stories for section in document.sections),
        "headline": edition.headline(document) or document.title,
        "cover": edition.cover(document),
        "colophon": edition.colophon(document, words),
        "publication": publication,
        "direction": "ltr",
        "words": words,
        "slot": {name: slots.slot(name) for name in slots.SLOTS},
        "light": colour.light(publication.theme),
        "styles": styles(publication.theme, publication.language),
        "preheader": preheader,
        "padding": _padding(preheader),
        "series": document.series or publication.name,
        "period": start != end,
        **_dates(start, end, words),
        "facts": list(_facts(document, words)),
        "why": words.why(publication.name),
    }


def _facts(document: Document, words: Furniture) -> Iterator[str]:
    yield words.stories(len(edition.titled(document)))
    yield words.minutes(minutes_to_read(document))


def _dates(start: datetime.date | None, end: datetime.date | None, words: Furniture) -> dict[str, str]:
    """``day``, the big date; ``year``, what it leaves out; and ``date``, the whole of it."""
    if start is None or end is None:
        return {"day": "", "year": "", "date": ""}
    if start == end:
        return {"day": words.day(end), "year": words.year(end), "date": words.date(end)}
    whole = f"{words.date(start)}–{words.date(end)}"
    return {"day": words.period(start, end), "year": words.years(start, end), "date": whole}


def _padding(preheader: str) -> str:
    """Invisible characters that keep the first lines of the mail out of the inbox's preview."""
    return "\u034f\u200c\u00a0" * max(0, _PREVIEW_COLUMNS - columns(preheader))
