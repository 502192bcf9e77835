"""Colours of the mail: what is fixed, what follows from a newsletter's accent, and how well it reads."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from newsletter.rendering.publication import Theme


@dataclass(frozen=True, slots=True)
class Palette:
    """One colour for each use, light or dark."""

    page: str
    card: str
    ink: str
    body: str
    muted: str
    hairline: str
    accent: str
    tint: str


def light(theme: Theme) -> Palette:
    return Palette(
        page="#f6f7f9",
        card="#ffffff",
        ink="#14181d",
        body="#2a3038",
        muted="#5c6570",
        hairline="#e4e7eb",
        accent=theme.accent,
        tint=mix(theme.accent, "#ffffff", 0.06),
    )


def dark(theme: Theme) -> Palette:
    return Palette(
        page="#111418",
        card="#1b2027",
        ink="#f1f3f5",
        body="#d5dae0",
        muted="#9aa4b0",
        hairline="#323a44",
        accent=theme.accent_dark,
        tint=mix(theme.accent_dark, "#1b2027", 0.10),
    )


def mix(colour: str, ground: str, share: float) -> str:
    """``share`` of ``colour`` laid over ``ground``, both ``#rrggbb``."""
    over, under = _channels(colour), _channels(ground)
    return "#" + "".join(f"{round(o * share + u * (1 - share)):02x}" for o, u in zip(over, under, strict=True))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(colour: str) -> tuple[int, int, int]:
    if len(colour) != 7 or not colour.startswith("#"):
        raise _no_colour(colour)
    try:
        return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
    except ValueError:
        raise _no_colour(colour) from None


def _no_colour(colour: str) -> ValueError:
    return ValueError(_("a colour is written #rrggbb, not %(colour)s") % {"colour": repr(colour)})
