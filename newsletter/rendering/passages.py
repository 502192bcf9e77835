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

    @property
    def topics(self) -> bool:
        """Whether each item but says what the bullets under it are about: set as small headings, without a bullet."""
        return self.bulleted and all(map(_is_topic, self.members))


def runs(items: Iterable[Item]) -> list[Run]:
    """Items as lists and paragraphs are written in HTML."""
    kinds = groupby(items, key=lambda item: item.type is ItemType.BULLET)
    return [Run(bulleted, tuple(members)) for bulleted, members in kinds]


def passages(items: Iterable[Item], colon: str) -> str:
    """``items`` as lists and paragraphs; ``colon`` stands between a label and its text."""
    return "".join(_list(run, colon) if run.bulleted else _paragraphs(run.members, colon) for run in runs(items))


def _list(run: Run, colon: str) -> str:
    opening = '<ul class="bare">' if run.topics else "<ul>"
    row = '<li class="topic">' if run.topics else "<li>"
    return opening + "".join(f"{row}{_content(item, colon)}</li>" for item in run.members) + "</ul>"


def _paragraphs(members: Sequence[Item], colon: str) -> str:
    return "".join(f"<p>{_content(item, colon)}</p>" for item in members)


def _content(item: Item, colon: str) -> str:
    label = html(item.label) if item.label else ""
    if label:
        label = f"<strong>{label}{colon if item.text else ''}</strong>"
    return label + html(item.text) + (passages(item.children, colon) if item.children else "")


def _is_topic(item: Item) -> bool:
    return bool(item.children) and bool(item.label) and not item.text
