"""A document's text as HTML, for pages. (The mail's filters also take care of merge slots: ``rendering.filters``.)"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from newsletter.digest import inline as markup
from newsletter.digest.jsonform import from_json
from newsletter.digest.weblinks import is_linkable
from newsletter.rendering import edition
from newsletter.rendering.passages import runs

register = template.Library()
register.filter(edition.anchor)
register.filter(runs)


@register.filter
def inline(text: str) -> SafeString:
    """A text field with its links, bold and code as HTML."""
    return mark_safe(markup.to_html(text))  # noqa: S308 - to_html escapes everything it did not write


@register.filter
def plain(text: str) -> str:
    """A text field without its markup."""
    return markup.to_plain(text)


@register.filter
def host(address: str) -> str:
    """The name of the site an address leads to, as people say it; empty where there is none."""
    return (urlsplit(address).hostname or "").removeprefix("www.") if is_linkable(address) else ""


@register.simple_tag
def link(address: str, words: str, style: str = "") -> str:
    """A link with the words of a text field; only the words, for an address where no reader may be sent."""
    shown = " ".join(markup.to_plain(words).split())
    if not is_linkable(address):
        return shown
    # On paper, an address stands behind each link but a bare one.
    classes = f"{style} bare".strip() if shown == address else style
    return format_html('<a class="{}" href="{}">{}</a>', classes, address, shown)


@register.filter
def listed_title(issue: Any) -> str:
    """What a list calls an issue of the archive. A title made of series and date says nothing beside the date; the
    first story does."""
    series, lead, title = issue.series, issue.lead, issue.title
    if issue.corrected:
        document = from_json(issue.corrected)
        stories = edition.titled(document)
        series, lead, title = document.series, stories[0].title if stories else None, document.title
    return str(lead if series and lead else title)
