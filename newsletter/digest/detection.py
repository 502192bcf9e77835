"""Which format a text is."""

from __future__ import annotations

from newsletter.digest.errors import Problem, UnknownFormat
from newsletter.digest.formats import FORMATS, Format


def detect(text: str) -> Format:
    """The format whose marks the text bears most of; of equals, the one registered first.

    Raises ``UnknownFormat``, naming what was looked for, when it bears none.
    """
    best = max(FORMATS.values(), key=lambda candidate: candidate.matches(text))
    if best.matches(text):
        return best
    looked_for = "; ".join(candidate.describe() for candidate in FORMATS.values())
    message = f"the text fits no format; expected one of these marks: {looked_for}"
    raise UnknownFormat([Problem("format.unknown", message)])


def format_named(slug: str) -> Format:
    """The registered format. Raises ``UnknownFormat``, naming those that there are."""
    try:
        return FORMATS[slug]
    except KeyError:
        message = f"there is no format {slug!r}; expected one of: {', '.join(FORMATS)}"
        raise UnknownFormat([Problem("format.unknown", message)]) from None
