"""The mail's two style sheets: one that premailer writes into the elements, one that stays in the head."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from newsletter.rendering import colour, templates
from newsletter.rendering.publication import Theme

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_AROUND = re.compile(r"\s*([{};,>])\s*")
_AFTER_COLON = re.compile(r":\s+")


@dataclass(frozen=True, slots=True)
class Styles:
    inline: str
    """Inlined, then gone: what every client must honour."""
    head: str
    """Kept: wide screens, dark mode, Outlook's dark mode. Lost in clients that drop style blocks."""


@lru_cache(maxsize=64)
def styles(theme: Theme) -> Styles:
    values = {"light": colour.light(theme), "dark": colour.dark(theme)}
    return Styles(
        inline=_minified(templates.render("styles/inline.css", values, autoescape=False)),
        head=_minified(templates.render("styles/head.css", values, autoescape=False)),
    )


def _minified(css: str) -> str:
    """Without comments and white space. Enough for our own sheets, which hold no strings with braces."""
    bare = _COMMENT.sub("", css)
    return _AFTER_COLON.sub(":", _AROUND.sub(r"\1", bare)).replace(";}", "}").strip()
