"""Template filters of the mail: a document's text into safe HTML. Built into the engine of ``templates.py``.

Each one escapes ``{{``, so that nothing an editor writes is taken for a merge slot.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlsplit

from django import template
from django.utils.safestring import SafeString, mark_safe

from newsletter.digest import inline as markup
from newsletter.digest.document import Item, ItemType
from newsletter.rendering import slots
from newsletter.rendering.errors import UnsafeLink

register = template.Library()

_SCHEMES = frozenset({"http", "https", "mailto"})
_IN_URLS = str.maketrans({"{": "%7B", "}": "%7D", '"': "%22", "<": "%3C", ">": "%3E", " ": "%20", "`": "%60"})


@register.filter
def inline(text: str) -> SafeString:
    """A text field with its links, bold and code as HTML."""
    return mark_safe(slots.escape(markup.to_html(text)))  # noqa: S308 - to_html escapes everything it did not write


@register.filter
def plain(text: str) -> str:
    """A text field without markup, for places that are links already."""
    return slots.escape(markup.to_plain(text))


@register.filter
def literal(text: str) -> str:
    """A value that is no Markdown: shown as it is."""
    return slots.escape(text)


@register.filter
def url(address: str) -> str:
    """An address fit for ``href``; raises :class:`UnsafeLink` for schemes other than http, https and mailto."""
    if urlsplit(address).scheme.lower() not in _SCHEMES:
        raise UnsafeLink(f"links in a mail are http, https or mailto, not {address[:80]!r}")
    return address.translate(_IN_URLS)


@register.filter
def host(address: str) -> str:
    """The name of the site an address leads to, as people say it."""
    return slots.escape((urlsplit(address).hostname or "").removeprefix("www."))


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring items of one kind."""

    bulleted: bool
    members: tuple[Item, ...]


@register.filter
def runs(items: Iterable[Item]) -> list[Run]:
    """Bullets and paragraphs in any mix, as lists and paragraphs are written in HTML."""
    kinds = groupby(items, key=lambda item: item.type is ItemType.BULLET)
    return [Run(bulleted, tuple(members)) for bulleted, members in kinds]


@register.filter
def anchor(number: int) -> str:
    """The name of the nth story's anchor, counted from 1 through all sections: the same in the mail and on the web."""
    return f"story-{number}"
