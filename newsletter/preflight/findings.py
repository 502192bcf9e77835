"""What a check has found: how grave it is, where, what is wrong, and how to mend it."""

from __future__ import annotations

import dataclasses
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Severity(StrEnum):
    """A blocker refuses the approval; a warning asks for a look; a note informs."""

    BLOCK = "block"
    WARN = "warn"
    INFORM = "inform"


FIELDS = {
    "blocks": gettext_lazy("text"),
    "category": gettext_lazy("category"),
    "colophon": gettext_lazy("colophon"),
    "cover": gettext_lazy("cover"),
    "date_start": gettext_lazy("date"),
    "declared_articles": gettext_lazy("declared articles"),
    "declared_topics": gettext_lazy("declared topics"),
    "description": gettext_lazy("description"),
    "editor_insight": gettext_lazy("editor's insight"),
    "entities": gettext_lazy("entities"),
    "from_name": gettext_lazy("sender's name"),
    "highlights": gettext_lazy("highlights"),
    "icon": gettext_lazy("icon"),
    "importance": gettext_lazy("importance"),
    "insight": gettext_lazy("insight"),
    "keywords": gettext_lazy("keywords"),
    "links": gettext_lazy("links"),
    "name": gettext_lazy("newsletter's name"),
    "other_links": gettext_lazy("other links"),
    "postal_address": gettext_lazy("postal address"),
    "preheader": gettext_lazy("preheader"),
    "primary_link": gettext_lazy("original"),
    "reading": gettext_lazy("reading"),
    "series": gettext_lazy("series"),
    "sources": gettext_lazy("sources"),
    "subject": gettext_lazy("subject"),
    "summary": gettext_lazy("summary"),
    "tagline": gettext_lazy("tagline"),
    "tags": gettext_lazy("tags"),
    "theme": gettext_lazy("theme"),
    "title": gettext_lazy("title"),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """A place in an issue; with nothing set, the issue as a whole.

    Sections and stories count from 1, stories through all sections, as the mail's anchors do. ``field`` is the
    document's or the newsletter's own name, a key of ``FIELDS``; ``line`` is one of the imported digest.
    """

    story: int | None = None
    section: int | None = None
    field: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        """For people: ``story 3, insight``; empty for the issue as a whole."""
        parts = []
        if self.line is not None:
            parts.append(_("line %(number)d") % {"number": self.line})
        if self.story is not None:
            parts.append(_("story %(number)d") % {"number": self.story})
        elif self.section is not None:
            parts.append(_("section %(number)d") % {"number": self.section})
        if self.field is not None:
            parts.append(str(FIELDS[self.field]))
        return ", ".join(parts)


WHOLE_ISSUE = Place()


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """``code`` is stable and in kebab-case; ``message`` and ``remedy`` are in the language of the moment. ``about``
    is what the message says of the case that its place doesn't, in no language: it tells findings of one code apart."""

    code: str
    severity: Severity
    place: Place
    message: str
    remedy: str
    about: str = ""
