"""Which format a text is."""

from __future__ import annotations

from newsletter.digest.errors import Problem, UnknownFormat
from newsletter.digest.formats import FORMATS, Format
from newsletter.digest.wording import said


def detect(text: str) -> Format:
    """The format whose marks the text bears most of; of equals, the one registered first.

    Raises ``UnknownFormat``, naming what was looked for, when it bears none.
    """
    best = max(FORMATS.values(), key=lambda candidate: candidate.matches(text))
    if best.matches(text):
        return best
    looked_for = "; ".join(candidate.describe() for candidate in FORMATS.values())
    message = said("the text fits no format; expected one of these marks: %(marks)s", marks=looked_for)
    raise UnknownFormat([Problem.of("format.unknown", message)])


def format_named(slug: str) -> Format:
    """The registered format. Raises ``UnknownFormat``, naming those that there are."""
    try:
        return FORMATS[slug]
    except KeyError:
        message = said(
            "there is no format %(slug)s; expected one of: %(known)s", slug=repr(slug), known=", ".join(FORMATS)
        )
        raise UnknownFormat([Problem.of("format.unknown", message)]) from None
