"""An issue's content, between its rows and the frozen document. The JSON form of the document is the bridge."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, Model
from django.utils.translation import gettext as _

from newsletter.digest.detection import format_named
from newsletter.digest.document import Document
from newsletter.digest.jsonform import from_json, to_json
from newsletter.digest.reading import write_digest
from newsletter.errors import Refused
from newsletter.models import Issue, Section, Source, Story

SCALARS = ("title", "icon", "series", "description", "summary", "draft", "declared_articles", "declared_topics")
PARTS = (
    "front_matter",
    "cover",
    "tags",
    "highlights",
    "other_links",
    "editor_insight",
    "reading",
    "keywords",
    "colophon",
    "findings",
    "notation",
)
AROUND = ("front_matter", "findings", "notation")  # what follows from the rest when the rows were edited
SECTION_FIELDS = ("number", "title", "title_en")
STORY_FIELDS = (
    "title",
    "category",
    "primary_link",
    "summary",
    "insight",
    "blocks",
    "entities",
    "importance",
    "links",
)


def store(document: Document, issue: Issue) -> None:
    """Write the document into the issue's fields and rows, which are saved; call inside a transaction.

    Raises ``Refused``, having written nothing, where a text is longer than its field.
    """
    form = to_json(document)
    for name in (*SCALARS, *PARTS):
        setattr(issue, name, form.get(name))
    assert document.date_start is not None  # noqa: S101 - parsers refuse a digest without a date
    issue.date_start, issue.date_end = document.date_start, document.date_end
    _set_generated_at(issue, document.generated_at)
    sections = [
        Section(issue=issue, position=position, **{name: section[name] for name in SECTION_FIELDS})
        for position, section in enumerate(form["sections"])
    ]
    stories = [
        Story(section=section, position=position, **{name: story[name] for name in STORY_FIELDS})
        for section, section_form in zip(sections, form["sections"], strict=True)
        for position, story in enumerate(section_form["stories"])
    ]
    story_forms = [story for section in form["sections"] for story in section["stories"]]
    sources = [
        Source(story=story, position=position, **source)
        for story, story_form in zip(stories, story_forms, strict=True)
        for position, source in enumerate(story_form["sources"])
    ]
    _refuse_overlong([issue, *sections, *stories, *sources])
    issue.save()
    issue.sections.all().delete()
    Section.objects.bulk_create(sections)
    Story.objects.bulk_create(stories)
    Source.objects.bulk_create(sources)


def settle(document: Document, issue: Issue) -> None:
    """Take over from the issue's export, read back, what isn't in its rows: findings, spelling, front matter, time."""
    form = to_json(document)
    for name in AROUND:
        setattr(issue, name, form.get(name))
    _set_generated_at(issue, document.generated_at)
    issue.save(update_fields=[*AROUND, "generated_at", "generated_offset"])


def _set_generated_at(issue: Issue, moment: datetime.datetime | None) -> None:
    """A time without an offset is kept as UTC and given back without one."""
    offset = moment.utcoffset() if moment else None
    issue.generated_at = moment.replace(tzinfo=datetime.UTC) if moment and offset is None else moment
    issue.generated_offset = None if offset is None else int(offset.total_seconds() // 60)


def _refuse_overlong(rows: Iterable[Model]) -> None:
    # SQLite takes any length; PostgreSQL would answer with an error of its own.
    for row in rows:
        for field in row._meta.concrete_fields:
            text = getattr(row, field.attname)
            if isinstance(field, CharField) and field.max_length and len(text or "") > field.max_length:
                said = {
                    "what": f"{row._meta.verbose_name}: {field.verbose_name}",
                    "count": len(text),
                    "most": field.max_length,
                    "text": repr(text[:60]),
                }
                raise Refused(_("%(what)s has %(count)d characters; %(most)d at most: %(text)s…") % said)


def load(issue: Issue) -> Document:
    """The issue as a document: four queries, whatever its length."""
    form: dict[str, Any] = {name: getattr(issue, name) for name in (*SCALARS, *PARTS)}
    sections = issue.sections.prefetch_related("stories__sources")
    form |= {
        "format": issue.newsletter.format,
        "language": issue.newsletter.language,
        "date_start": issue.date_start.isoformat(),
        "date_end": issue.date_end.isoformat() if issue.date_end else None,
        "generated_at": _generated_at(issue),
        "sections": [_section_form(section) for section in sections],
    }
    return from_json(form)


def export(issue: Issue) -> str:
    """The issue as the Markdown digest it can be imported from. Raises ``DigestError`` for what no digest can say."""
    return written(load(issue))


def written(document: Document) -> str:
    """The document as a Markdown digest. Raises ``DigestError`` for what no digest can say."""
    # A digest speaks its format's language, whatever the newsletter calls its own.
    return write_digest(dataclasses.replace(document, language=format_named(document.format).language))


def _section_form(section: Section) -> dict[str, Any]:
    return {name: getattr(section, name) for name in SECTION_FIELDS} | {
        "stories": [_story_form(story) for story in section.stories.all()]
    }


def _story_form(story: Story) -> dict[str, Any]:
    return {name: getattr(story, name) for name in STORY_FIELDS} | {
        "sources": [{"name": source.name, "url": source.url} for source in story.sources.all()]
    }


def _generated_at(issue: Issue) -> str | None:
    if issue.generated_at is None:
        return None
    if issue.generated_offset is None:
        return issue.generated_at.replace(tzinfo=None).isoformat()
    zone = datetime.timezone(datetime.timedelta(minutes=issue.generated_offset))
    return issue.generated_at.astimezone(zone).isoformat()
