"""Who publishes an issue, as values: what rendering needs to know about a newsletter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    """The look of one newsletter. Colours are ``#rrggbb``; ``accent_dark`` is the accent on a dark background."""

    accent: str = "#0b57d0"
    accent_dark: str = "#8ab4f8"
    logo_url: str | None = None
    """An absolute https address of a square picture; without it the masthead shows the issue's icon."""


@dataclass(frozen=True, slots=True)
class Publication:
    """A newsletter as its readers see it. ``language`` is a BCP 47 tag: ``en``, ``zh-Hans`` or ``zh-Hant``."""

    slug: str
    name: str
    language: str
    format: str
    tagline: str
    postal_address: str
    from_name: str
    from_email: str
    reply_to: str | None
    theme: Theme
