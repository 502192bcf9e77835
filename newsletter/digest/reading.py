"""The front door of the digest package: a file's bytes to a document, and a document to a digest's text."""

from __future__ import annotations

import dataclasses
from typing import Any

from newsletter.digest.decoding import decode
from newsletter.digest.detection import detect, format_named
from newsletter.digest.document import Document
from newsletter.digest.errors import DigestError, Problem, UnwritableDigest
from newsletter.digest.wording import said

_EXPORT = "export"


def parse_digest(data: bytes, name: str) -> Document:
    """The document in a file's bytes, with its findings. ``name`` is what the errors call the file.

    Raises ``DigestError`` with every reason for the refusal.
    """
    try:
        text = decode(data)
        return detect(text).parse(text)
    except DigestError as error:
        raise error.named(name) from error


def write_digest(document: Document) -> str:
    """The digest that reads back as an equal document (but for the findings), in UTF-8 with LF when encoded.

    Raises ``UnknownFormat`` for a format that is not registered, and ``UnwritableDigest``, naming the first field that
    would not come back as it is: a line break in a title, or a field that the format has no words for.
    """
    form = format_named(document.format)
    document = form.settled(document)
    text = form.write(document)
    place = _difference(without_findings(document), without_findings(_read_back(text)))
    if place:
        message = said(
            "%(place)s cannot be written: the format %(format)s would read it back as something else",
            place=place,
            format=document.format,
        )
        raise UnwritableDigest([Problem.of("field.unwritable", message)], name=_EXPORT)
    return text


def _read_back(text: str) -> Document:
    try:
        return parse_digest(text.encode(), _EXPORT)
    except UnicodeEncodeError as error:
        raise UnwritableDigest(
            [Problem.of("field.unwritable", said("half a surrogate pair is no text"))], name=_EXPORT
        ) from error
    except DigestError as error:
        raise UnwritableDigest(error.problems, name=_EXPORT) from error


def without_findings(document: Document) -> Document:
    """The document's content alone, which is what an export keeps."""
    return dataclasses.replace(document, findings=())


def _difference(one: Any, other: Any, place: str = "") -> str | None:
    """The path of the first field in which two values differ (``sections[0].stories[2].title``)."""
    if one == other:
        return None
    if dataclasses.is_dataclass(one) and type(one) is type(other):
        pairs = [(f"{place}.{field.name}".lstrip("."), field.name) for field in dataclasses.fields(one)]
        found = (_difference(getattr(one, name), getattr(other, name), path) for path, name in pairs)
    elif isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        found = (_difference(a, b, f"{place}[{index}]") for index, (a, b) in enumerate(zip(one, other, strict=True)))
    else:
        return place
    return next((path for path in found if path), place)
