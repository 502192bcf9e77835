"""The parts of an issue that are edited as JSON: how they are shown, and what each must look like."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

LINK = '{"label": "…", "url": "https://…"}'
SHAPES = {
    "blocks": '[{"label": "…", "items": [{"type": "bullet", "label": null, "text": "…", "children": []}]}]',
    "links": f"[{LINK}]",
    "entities": '["…"]',
    "primary_link": '{"label": "…", "url": "https://…", "date": "2026-01-31"}',
    "tags": '["…"]',
    "keywords": '["…"]',
    "highlights": '[{"title": "…", "category": "…", "summary": "…"}]',
    "other_links": '[{"title": "…", "url": "https://…", "note": "…", "group": null}]',
    "editor_insight": (
        '{"title": "…", "title_en": null, "parts": [{"title": "…", "paragraphs": ["…"]}], '
        '"watchlist": {"label": "…", "items": ["…"]}}'
    ),
    "reading": '[{"title": "…", "items": [{"title": "…", "url": "https://…", "note": "…", "text": null}]}]',
    "colophon": '[{"label": "…", "value": "…"}]',
}
SAYS: dict[str, str | Promise] = {
    "blocks": _("JSON: the labelled parts of the story; the type of an item is bullet or paragraph."),
    "primary_link": _("JSON, or empty; the date may be null."),
    "editor_insight": _("JSON, or empty; watchlist may be null."),
    "reading": _("JSON: groups of links (title, url, note) and of terms (title, text)."),
}
LIST = _("JSON: a list, empty where there is none.")


class ShapedField(forms.JSONField):
    """JSON as a person reads it: indented, with its own characters."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "widget": forms.Textarea(attrs={"class": "vLargeTextField", "rows": 6})})

    def prepare_value(self, value: Any) -> Any:
        is_text = isinstance(value, str) and type(value) is not str  # typed, and no JSON
        return value if is_text else "" if value is None else indented(value)


def indented(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def shown(value: Any) -> str:
    """A stored value in a sentence."""
    return indented(value) if isinstance(value, dict | list) else str(value)


def shape_of(name: str) -> str:
    """The help beneath the field: what it is, and its shape."""
    return format_html('{} <code class="shape">{}</code>', SAYS.get(name, LIST), SHAPES.get(name, "…"))
