"""Bullets and paragraphs in any mix, and the bullets under bullets, as HTML.

In Python, not in a template: it recurses, and half of an issue goes through it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from newsletter.digest.document import Item, ItemType
from newsletter.rendering.wording import html


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring items of one kind."""

    bulleted: bool
    members: tuple[Item, ...]


def runs(items: Iterable[Item]) -> list[Run]:
    """Items as lists and paragraphs are written in HTML."""
    kinds = groupby(items, key=lambda item: item.type is ItemType.BULLET)
    return [Run(bulleted, tuple(members)) for bulleted, members in kinds]


def passages(items: Iterable[Item], colon: str) -> str:
    """``items`` as lists and paragraphs; ``colon`` stands between a label and its text."""
    return "".join(
        _list(run.members, colon) if run.bulleted else _paragraphs(run.members, colon) for run in runs(items)
    )


def _list(members: Sequence[Item], colon: str) -> str:
    topics = all(map(_is_topic, members))
    opening = '<ul class="bare">' if topics else "<ul>"
    row = '<li class="topic">' if topics else "<li>"
    return opening + "".join(f"{row}{_content(item, colon)}</li>" for item in members) + "</ul>"


def _paragraphs(members: Sequence[Item], colon: str) -> str:
    return "".join(f"<p>{_content(item, colon)}</p>" for item in members)


def _content(item: Item, colon: str) -> str:
    label = html(item.label) if item.label else ""
    if label:
        label = f"<strong>{label}{colon if item.text else ''}</strong>"
    return label + html(item.text) + (passages(item.children, colon) if item.children else "")


def _is_topic(item: Item) -> bool:
    """A line that says but what the bullets under it are about: set as a small heading, without a bullet of its own."""
    return bool(item.children) and bool(item.label) and not item.text
