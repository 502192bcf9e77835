"""The mail's two style sheets: one that premailer writes into the elements, one that stays in the head."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from newsletter.rendering import colour, templates
from newsletter.rendering.publication import Theme

# The systems' own fonts, by the beginning of the language's tag: nothing is fetched. Without quotes, which would meet
# those of the style attribute.
_FONTS = {
    "zh-hant": "-apple-system,PingFang TC,Microsoft JhengHei,Noto Sans CJK TC,sans-serif",
    "zh": "-apple-system,PingFang SC,Microsoft YaHei,Noto Sans CJK SC,sans-serif",
    "": "-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif",
}
# Outlook for Windows looks for the first font only, and never hands a font down into a table.
_OUTLOOK = {"zh-hant": "Microsoft JhengHei", "zh": "Microsoft YaHei", "": "Segoe UI"}
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_AROUND = re.compile(r"\s*([{};,>])\s*")
_AFTER_COLON = re.compile(r":\s+")


@dataclass(frozen=True, slots=True)
class Styles:
    inline: str
    """Inlined, then gone: what every client must honour."""
    head: str
    """Kept: wide screens, dark mode, Outlook's dark mode. Lost in clients that drop style blocks."""
    outlook_font: str
    """The one font that Outlook for Windows is told."""


@lru_cache(maxsize=64)
def styles(theme: Theme, language: str) -> Styles:
    """The sheets for one look; ``language`` (BCP 47) decides the fonts."""
    tag = language.lower().replace("_", "-")
    script = next(beginning for beginning in _FONTS if tag.startswith(beginning))
    values = {"light": colour.light(theme), "dark": colour.dark(theme), "fonts": _FONTS[script]}
    return Styles(
        inline=_minified(templates.render("styles/inline.css", values, autoescape=False)),
        head=_minified(templates.render("styles/head.css", values, autoescape=False)),
        outlook_font=_OUTLOOK[script],
    )


def _minified(css: str) -> str:
    """Without comments and white space. Enough for our own sheets, which hold no strings with braces."""
    bare = _COMMENT.sub("", css)
    return _AFTER_COLON.sub(":", _AROUND.sub(r"\1", bare)).replace(";}", "}").strip()
