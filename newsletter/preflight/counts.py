"""Checks of what the issue says about itself: how many articles, and which highlights."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from newsletter.digest.bulletin.matching import without_story
from newsletter.digest.inline import to_plain
from newsletter.digest.similarity import same_page
from newsletter.preflight.checking import Hit, check
from newsletter.preflight.findings import Place, Severity
from newsletter.preflight.inspected import Inspected


@check("count-differs", Severity.WARN)
def count_differs(subject: Inspected) -> Iterator[Hit]:
    """Articles are what was read: as many as there are stories, or as there are sources of them."""
    document = subject.document
    stories = len(document.stories)
    sources = len({same_page(source.url) for story in document.stories for source in story.sources})
    remedy = _("Mend the number in the digest, or find what was left out.")
    if document.declared_articles is not None and document.declared_articles not in {stories, sources}:
        message = _("The issue declares %(declared)d articles; it holds %(stories)d stories with %(sources)d sources.")
        facts = {"declared": document.declared_articles, "stories": stories, "sources": sources}
        yield Hit(message % facts, remedy, Place(field="declared_articles"), f"{stories} {sources}")
    if document.declared_topics is not None and document.declared_topics != stories:
        message = _("The issue declares %(declared)d topics; it holds %(stories)d stories.")
        facts = {"declared": document.declared_topics, "stories": stories}
        yield Hit(message % facts, remedy, Place(field="declared_topics"), str(stories))


@check("highlight-without-story", Severity.WARN)
def highlight_without_story(subject: Inspected) -> Iterator[Hit]:
    """By the words and numbers they share, for their titles are seldom the same; judged as the import judges it."""
    highlights = subject.document.highlights
    for position in without_story(highlights, subject.document.stories):
        message = _("The highlight “%(title)s” has no story of its own.")
        title = to_plain(highlights[position].title)
        remedy = _("Add the story, or take the highlight out.")
        yield Hit(message % {"title": title}, remedy, Place(field="highlights"), title)
