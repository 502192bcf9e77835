"""An issue's content, between its rows and the frozen document. The JSON form of the document is the bridge."""

from __future__ import annotations

import datetime
from typing import Any

from newsletter.digest.document import Document
from newsletter.digest.jsonform import from_json, to_json
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
)
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
    """Write the document into the issue's fields and rows. The caller saves the issue, in the same transaction."""
    form = to_json(document)
    for name in (*SCALARS, *PARTS):
        setattr(issue, name, form[name])
    assert document.date_start is not None  # noqa: S101 - parsers refuse a digest without a date
    issue.date_start, issue.date_end = document.date_start, document.date_end
    issue.generated_at = document.generated_at
    offset = document.generated_at.utcoffset() if document.generated_at else None
    issue.generated_offset = None if offset is None else int(offset.total_seconds() // 60)
    issue.save()
    issue.sections.all().delete()
    for position, section in enumerate(form["sections"]):
        _store_section(issue, position, section)


def _store_section(issue: Issue, position: int, form: dict[str, Any]) -> None:
    section = Section.objects.create(issue=issue, position=position, **{name: form[name] for name in SECTION_FIELDS})
    stories = Story.objects.bulk_create(
        Story(section=section, position=index, **{name: story[name] for name in STORY_FIELDS})
        for index, story in enumerate(form["stories"])
    )
    Source.objects.bulk_create(
        Source(story=story, position=index, name=source["name"], url=source["url"])
        for story, story_form in zip(stories, form["stories"], strict=True)
        for index, source in enumerate(story_form["sources"])
    )


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
