"""The addresses of the desk beneath those of issues in the admin, each from the module that answers it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern

from newsletter.admin import (
    acknowledgements,
    calendar,
    changes,
    corrections,
    dashboard,
    discussion,
    inbox_line,
    markdown,
    pictures,
    preferences,
    previews,
    review,
    schedule,
    sharing,
    steps_pages,
    test_sends,
)

MODULES = (
    acknowledgements,
    calendar,
    changes,
    corrections,
    dashboard,
    discussion,
    inbox_line,
    markdown,
    pictures,
    preferences,
    previews,
    review,
    schedule,
    sharing,
    steps_pages,
    test_sends,
)


def urls(guard: Callable[[Any], Any]) -> list[URLPattern]:
    """``guard`` is the admin's own."""
    return [address for module in MODULES for address in module.urls(guard)]
