"""A mail as clients show it: in light or in the dark, without pictures, without style blocks; and with dead links."""

from __future__ import annotations

import re
from typing import Literal, get_args

Variant = Literal["light", "dark", "no-images", "no-styles"]
VARIANTS: tuple[Variant, ...] = get_args(Variant)

_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL)
_SCHEME = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)")
_BOTH = re.compile(r"(color-scheme\s*:\s*)light dark")
_META = re.compile(r'(<meta name="(?:supported-)?color-schemes?" content=")light dark"')
_IMAGE = re.compile(r'(<img\b[^>]*?) src="[^"]*"')
_LINK = re.compile(r"""<a\b(?:[^>"']|"[^"]*"|'[^']*')*>""", re.IGNORECASE)
_TARGET = re.compile(r"""\shref\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)


def as_shown(mail: str, variant: Variant) -> str:
    """The mail's HTML as a client shows it that is dark, loads no pictures, or drops style blocks.

    Whoever looks at it may have a dark screen of their own: the media queries for it are answered here, by the variant.
    """
    match variant:
        case "no-styles":
            mail = _STYLE.sub("", mail)
        case "no-images":
            mail = _IMAGE.sub(r'\1 src=""', mail)
    return _in_scheme(mail, "dark" if variant == "dark" else "light")


def with_dead_links(mail: str) -> str:
    """The mail's HTML with links that look as before and lead nowhere; where they would lead is their title."""
    return _LINK.sub(lambda link: _TARGET.sub(_dead, link[0], count=1), mail)


def _dead(target: re.Match[str]) -> str:
    address = target[1] if target[1][0] in "\"'" else f'"{target[1]}"'
    return f' href="#nowhere" title={address}'


def _in_scheme(mail: str, scheme: str) -> str:
    def answered(block: re.Match[str]) -> str:
        # A length that every screen has, or none.
        queries = _SCHEME.sub(lambda asked: f"({'min' if asked[1] == scheme else 'max'}-width:0)", block[0])
        return _BOTH.sub(rf"\g<1>{scheme}", queries)

    return _META.sub(rf'\g<1>{scheme}"', _STYLE.sub(answered, mail))
