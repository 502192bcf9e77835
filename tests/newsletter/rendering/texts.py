"""The texts and addresses of a document that a reader must find again."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from newsletter.digest.document import Cover

_NOT_SHOWN = {"format", "language", "findings", "front_matter", "draft", "type", "spelling", "notation"}


def texts(value: Any) -> Iterator[str]:
    """All strings in a document, or in a part of it, but for what is there for machines."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from texts(part)
    elif isinstance(value, Cover):
        # A relative one belongs to another site, and shows nowhere.
        yield from (value.alt or "",) if value.image.startswith("http") else ()
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            if field.name not in _NOT_SHOWN:
                yield from texts(getattr(value, field.name))
