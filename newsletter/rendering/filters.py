"""Template filters of the mail: a document's text into safe HTML. Built into the engine of ``templates.py``."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from urllib.parse import urlsplit

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from newsletter.digest.document import Item
from newsletter.rendering import passages as lists
from newsletter.rendering import slots, wording
from newsletter.rendering.edition import anchor
from newsletter.rendering.errors import UnsafeLink
from newsletter.rendering.furniture import Furniture
from newsletter.rendering.passages import runs

register = template.Library()
register.filter(runs)
register.filter(anchor)

_SCHEMES = frozenset({"http", "https", "mailto"})
_IN_URLS = str.maketrans({"{": "%7B", "}": "%7D", '"': "%22", "<": "%3C", ">": "%3E", " ": "%20", "`": "%60"})


@register.filter
def inline(text: str) -> SafeString:
    """A text field with its links, bold and code as HTML."""
    return mark_safe(wording.html(text))  # noqa: S308 - it escapes everything it did not write


@register.filter
def passages(items: Iterable[Item], colon: str) -> SafeString:
    """Bullets and paragraphs in any mix; ``colon`` stands between a label and its text."""
    return mark_safe(lists.passages(items, colon))  # noqa: S308 - made of wording.html


@register.filter
def plain(text: str) -> str:
    """A text field without markup, for places that are links already."""
    return wording.words(text)


@register.filter
def literal(text: str) -> str:
    """A value that is no Markdown: shown as it is."""
    return slots.escape(text)


@register.filter
def url(address: str) -> str:
    """An address fit for ``href``; raises :class:`UnsafeLink` for schemes other than http, https and mailto."""
    if urlsplit(address).scheme.lower() not in _SCHEMES:
        said = {"address": repr(address[:80])}
        raise UnsafeLink(_("links in a mail are http, https or mailto, not %(address)s") % said)
    return address.translate(_IN_URLS)


@register.filter
def host(address: str) -> str:
    """The name of the site an address leads to, as people say it; empty for an address of none."""
    return slots.escape((urlsplit(address).hostname or "").removeprefix("www."))


@register.filter
def dated(date: datetime.date, words: Furniture) -> str:
    """A date as the newsletter's language writes it."""
    return words.date(date)
