"""A document's text fields for a mail: as HTML, as words, as a line of plain text.

Each one escapes ``{{``, so that nothing an editor writes is taken for a merge slot. Three fields in four hold no markup
at all; those never see the Markdown parser, which is most of what rendering an issue would cost.
"""

from __future__ import annotations

import re
from html import escape

from newsletter.digest import inline as markup
from newsletter.rendering import slots

# The characters that mean something to digest.inline. Without them a text is its own HTML, escaped.
_MARKUP = re.compile(r"[\n\\`\[<*]")


def html(text: str) -> str:
    """Safe HTML with the links, bold and code of a text field."""
    return slots.escape(markup.to_html(text) if _MARKUP.search(text) else escape(text))


def words(text: str) -> str:
    """The words without markup and addresses, line breaks kept; not escaped for HTML."""
    return slots.escape(markup.to_plain(text) if _MARKUP.search(text) else text)


def line(text: str) -> str:
    """The words without markup and addresses, on one line."""
    return " ".join(words(text).split())


def line_with_addresses(text: str) -> str:
    """The words on one line, the address of each link behind its words."""
    return " ".join(lines_with_addresses(text).split())


def lines_with_addresses(text: str) -> str:
    """The words in the lines that the text has, none of them blank, the address of each link behind its words."""
    plain = markup.to_plain(text, urls=True) if _MARKUP.search(text) else text
    return slots.escape("\n".join(filter(None, (" ".join(each.split()) for each in plain.splitlines()))))
