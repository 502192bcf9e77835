"""A digest as the mail of its publication, for looking at: nothing is stored, no database is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import django

django.setup()

from newsletter.bootstrap import PUBLICATIONS  # noqa: E402
from newsletter.digest.document import Document  # noqa: E402
from newsletter.digest.errors import DigestError, UnknownFormat  # noqa: E402
from newsletter.digest.reading import parse_digest  # noqa: E402
from newsletter.rendering.pipeline import Rendered, render  # noqa: E402
from newsletter.rendering.publication import Publication, Theme  # noqa: E402
from newsletter.rendering.slots import fill, values_for_ses  # noqa: E402


def mail_of(path: Path, values: Mapping[str, str]) -> Rendered | None:
    """The digest's mail with its slots filled; ``None``, and a word on the screen, for a file that is no digest."""
    try:
        document = parse_digest(path.read_bytes(), path.name)
    except DigestError as error:
        what = "no known format" if isinstance(error, UnknownFormat) else str(error)
        print(f"{path.name} is left out: {what}")
        return None
    return filled(render(document, publication_of(document)), values)


def publication_of(document: Document) -> Publication:
    """The publication that every installation starts with in the document's format."""
    values = next(values for values in PUBLICATIONS if values["slug"] == document.format)
    return Publication(
        slug=values["slug"],
        name=values["name"],
        language=values["language"],
        format=values["slug"],
        tagline=values["tagline"],
        postal_address=values["postal_address"],
        from_name=values["name"],
        from_email=f"{values['slug']}@sudi.example",
        reply_to=None,
        theme=Theme(**values["theme"]),
    )


def filled(mail: Rendered, values: Mapping[str, str]) -> Rendered:
    """The mail as a reader gets it."""
    safe = values_for_ses(values)
    return replace(
        mail,
        subject=fill(mail.subject, safe, "header"),
        preheader=fill(mail.preheader, safe, "text"),
        html=fill(mail.html, safe, "html"),
        text=fill(mail.text, safe, "text"),
    )
