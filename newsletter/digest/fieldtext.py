"""What a field of a document says, as text for people who compare it: one line for each element, links in Markdown."""

from __future__ import annotations

import datetime
import functools
import json
from typing import Any

from newsletter.digest.document import (
    Block,
    ColophonLine,
    Cover,
    EditorInsight,
    Highlight,
    InsightPart,
    Item,
    ItemType,
    Link,
    OtherLink,
    PrimaryLink,
    ReadingGroup,
    ReadingItem,
    Section,
    Source,
    Watchlist,
)
from newsletter.digest.labels import COLON


def field_text(value: object) -> str | None:
    """The text of a field, a part or an element of one; ``None`` where it has none."""
    return None if value is None or value in ((), {}) else _text(value)


@functools.singledispatch
def _text(value: object) -> str:
    return "" if value is None else str(value)


@_text.register
def _(value: tuple) -> str:  # type: ignore[type-arg]  # singledispatch takes plain classes
    return "\n".join(map(_text, value))


@_text.register
def _(value: bool) -> str:
    return "true" if value else "false"


@_text.register
def _(value: datetime.date) -> str:
    return value.isoformat()


@_text.register
def _(value: dict) -> str:  # type: ignore[type-arg]  # as above
    return "\n".join(f"{key}: {_plain(each)}" for key, each in value.items())


@_text.register
def _(value: Cover) -> str:
    relative = None if value.relative is None else f"relative: {_text(value.relative)}"
    return _words(value.image, value.alt, relative)


@_text.register
def _(value: Highlight) -> str:
    category = f"[{value.category}]" if value.category else None
    return _words(category, _labelled(value.title, value.summary))


@_text.register
def _(value: Source) -> str:
    return _link(value.name, value.url)


@_text.register
def _(value: Link) -> str:
    return _link(value.label, value.url)


@_text.register
def _(value: PrimaryLink) -> str:
    return _words(_link(value.label, value.url), _text(value.date))


@_text.register
def _(value: Block) -> str:
    return _lines(value.label, *map(_text, value.items))


@_text.register
def _(value: Item) -> str:
    mark = "- " if value.type is ItemType.BULLET else ""
    below = (f"  {line}" for child in value.children for line in _text(child).split("\n"))
    return "\n".join([mark + _labelled(value.label, value.text), *below])


@_text.register
def _(value: Section) -> str:
    number = None if value.number is None else f"{value.number}."
    english = f"（{value.title_en}）" if value.title_en else ""
    return _words(number, f"{value.title or ''}{english}")


@_text.register
def _(value: OtherLink) -> str:
    group = f"[{value.group}]" if value.group else None
    return _words(group, _link(value.title, value.url), _note(value.note))


@_text.register
def _(value: EditorInsight) -> str:
    title = _text(Section(title=value.title, title_en=value.title_en))
    return _lines(title, *map(_text, value.parts), _text(value.watchlist))


@_text.register
def _(value: InsightPart) -> str:
    return _lines(value.title, *value.paragraphs)


@_text.register
def _(value: Watchlist) -> str:
    return _lines(value.label, *(f"- {item}" for item in value.items))


@_text.register
def _(value: ReadingGroup) -> str:
    return _lines(value.title, *(f"- {_text(item)}" for item in value.items))


@_text.register
def _(value: ReadingItem) -> str:
    title = _link(value.title or value.url, value.url) if value.url else value.title
    return _words(_labelled(title, value.text), _note(value.note))


@_text.register
def _(value: ColophonLine) -> str:
    return _labelled(value.label, value.value)


def _link(name: str | None, url: str) -> str:
    return f"[{name or ''}]({url})"


def _note(note: str | None) -> str | None:
    return f"— {note}" if note else None


def _labelled(label: str | None, text: str | None) -> str:
    return f"{label}{COLON}{text}" if label and text else label or text or ""


def _words(*texts: str | None) -> str:
    return " ".join(filter(None, texts))


def _lines(*texts: str | None) -> str:
    return "\n".join(filter(None, texts))


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
