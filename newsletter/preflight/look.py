"""Checks of the look: colours that can't be read, and a cover that nobody sees."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from newsletter.preflight.checking import Hit, check
from newsletter.preflight.findings import Place, Severity
from newsletter.preflight.inspected import Inspected
from newsletter.rendering import colour

READABLE = 4.5  # WCAG 2.2, 1.4.3


@check("contrast-low", Severity.WARN)
def contrast_low(subject: Inspected) -> Iterator[Hit]:
    """The accent is text on cards, on their tint, and on the page; in the dark as well."""
    theme = subject.publication.theme
    for name, palette in (("accent", colour.light(theme)), ("accent_dark", colour.dark(theme))):
        grounds = (palette.card, palette.tint, palette.page)
        ratio, ground = min((colour.contrast(palette.accent, ground), ground) for ground in grounds)
        if ratio < READABLE:
            message = _("The theme's %(name)s %(colour)s on %(ground)s has a contrast of %(ratio).1f; text needs 4.5.")
            facts = {"name": name, "colour": palette.accent, "ground": ground, "ratio": ratio}
            remedy = _("Choose a darker accent, or a lighter one for the dark.")
            yield Hit(message % facts, remedy, Place(field="theme"), name)


@check("cover-relative", Severity.WARN)
def cover_relative(subject: Inspected) -> Iterator[Hit]:
    cover = subject.document.cover
    if cover and not cover.image.lower().startswith(("https://", "http://")):
        message = _("The cover image %(image)s has no whole address, so no mail can show it.") % {"image": cover.image}
        yield Hit(message, _("Upload the image, or give its whole address."), Place(field="cover"))
