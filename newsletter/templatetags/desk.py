"""What the desk's own templates ask."""

from __future__ import annotations

from django import template

from newsletter.editorial.pictures import takes_cover

register = template.Library()
register.filter(takes_cover)
