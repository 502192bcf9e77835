"""Front matter after its fields were edited: the document keeps them in two places, and the fields decide."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from typing import Any

import yaml

from newsletter.digest.document import Document, Notation
from newsletter.digest.errors import Problem
from newsletter.digest.report.front_matter import Fields, Moment, updated
from newsletter.digest.report.plain_yaml import read_mapping


def settled(document: Document) -> Document:
    """The same document with its front matter, values and text, in accord with its fields.

    Keys that no field speaks of stay, and so does the text of all that did not change, comments included.
    """
    moment = _moment(document)
    values = updated(document.front_matter, _fields(document, moment))
    notation = document.notation or Notation()
    text = write_mapping(notation.front_matter, values)
    instant = document.generated_at if moment is None else moment.instant
    return dataclasses.replace(
        document,
        front_matter=values,
        generated_at=instant,
        notation=dataclasses.replace(notation, front_matter=text),
    )


def write_mapping(text: str | None, values: dict[str, Any]) -> str:
    """YAML for the values: the text itself if it says just this, else as much of it as can stay."""
    before = None if text is None else read_mapping(text, 1, [])
    if text is None or before is None:
        return _dumped(values)
    if before.values == values:
        return text
    patched = _patched(text, before.values, before.starts, values)
    problems: list[Problem] = []
    after = read_mapping(patched, 1, problems)
    return patched if after is not None and after.values == values and not problems else _dumped(values)


def _patched(text: str, before: Mapping[str, Any], starts: Mapping[str, int], values: dict[str, Any]) -> str:
    """The text with other lines for the keys that changed. It is a guess that block style makes right."""
    order = sorted(starts, key=starts.__getitem__)
    ends = [*(starts[key] for key in order[1:]), len(text)]
    pieces = [text[: starts[order[0]]] if order else text]
    for key, end in zip(order, ends, strict=True):
        source = text[starts[key] : end]
        if key in values and values[key] == before[key]:
            pieces.append(source)
            continue
        if key in values:
            pieces.append(_dumped({key: values[key]}))
        pieces.append(_comments_behind(source))
    new = {key: value for key, value in values.items() if key not in before}
    return "".join(pieces) + (_dumped(new) if new else "")


def _comments_behind(source: str) -> str:
    """The comments and blank lines that a key's lines end with; they belong to what follows."""
    lines = source.splitlines(keepends=True)
    start = len(lines)
    while start > 1 and (not lines[start - 1].strip() or lines[start - 1].startswith("#")):
        start -= 1
    return "".join(lines[start:])


def _fields(document: Document, moment: Moment | None) -> Fields:
    return Fields(
        title=document.title,
        moment=moment,
        cover=document.cover,
        tags=document.tags,
        description=document.description,
        summary=document.summary,
        draft=document.draft,
    )


def _moment(document: Document) -> Moment | None:
    """The document's date and time. The front matter has one date: an edited day keeps the time."""
    day, instant = document.date_start, document.generated_at
    if day is None:
        return None
    if instant is None or instant.date() == day:
        return Moment(day, instant)
    return Moment(day, datetime.datetime.combine(day, instant.timetz()))


class _Dumper(yaml.SafeDumper):
    """Writes dates as they are, and values that are the same object twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


# Dates are text here; without this they would be put in quotes.
_Dumper.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeDumper.yaml_implicit_resolvers.items()
}


def _dumped(values: dict[str, Any]) -> str:
    if not values:
        return ""
    return yaml.dump(values, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000_000)
