"""A newsletter's colours as CSS, for the pages that show it."""

from __future__ import annotations

import logging

from django.utils.safestring import SafeString, mark_safe

from newsletter.models import Newsletter
from newsletter.rendering import colour
from newsletter.rendering.publication import Theme

logger = logging.getLogger(__name__)


def css(newsletter: Newsletter, selector: str = ":root") -> SafeString:
    """Rules that give ``selector`` the newsletter's accent and tint, light and dark."""
    theme = _theme(newsletter)
    light, dark = (
        f"{selector}{{--accent:{palette.accent};--tint:{palette.tint}}}"
        for palette in (colour.light(theme), colour.dark(theme))
    )
    return mark_safe(f"{light}@media screen and (prefers-color-scheme:dark){{{dark}}}")  # noqa: S308 - colours are checked


def _theme(newsletter: Newsletter) -> Theme:
    """The newsletter's theme; the default one, and a log entry, for a theme that nothing can be drawn with."""
    try:
        theme = Theme(**newsletter.theme)
        for shade in (theme.accent, theme.accent_dark):
            colour.contrast(shade, "#ffffff")
    except (TypeError, ValueError, AttributeError) as error:
        logger.error("the theme of %s is not usable: %s", newsletter.slug, error)
        return Theme()
    return theme
