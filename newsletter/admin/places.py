"""Where in the admin a finding's place is mended."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.urls import reverse

from newsletter import renditions
from newsletter.models import Issue, Section, Story
from newsletter.preflight.findings import Place

INLINES = {"sources": "sources-group"}
# What a form of the issue has no field for stands in the digest alone.
IN_THE_DIGEST = frozenset({"cover", "declared_articles", "declared_topics"})


class Places:
    """The addresses of an issue's places, for this person: none of a page that they may not open. Two queries."""

    def __init__(self, issue: Issue, user: User) -> None:
        self._issue = issue
        self._may = {name for name in ("story", "section", "newsletter") if user.has_perm(f"newsletter.view_{name}")}
        stories = Story.objects.filter(section__issue=issue).order_by("section__position", "position")
        self._stories = list(stories.values_list("pk", flat=True))
        self._sections = list(Section.objects.filter(issue=issue).order_by("position").values_list("pk", flat=True))

    def url(self, place: Place) -> str:
        """Empty where there is nothing to open."""
        if place.story is not None:
            return self._part("story", self._stories, place.story, place.field)
        if place.section is not None:
            return self._part("section", self._sections, place.section, place.field)
        if place.line is not None or place.field in IN_THE_DIGEST:
            return self._markdown(place.line)
        if place.field in renditions.SHOWN:
            return self._page("newsletter", self._issue.newsletter_id, place.field)
        return self._page("issue", self._issue.pk, place.field) if place.field else ""

    def _part(self, kind: str, rows: list[int], number: int, field: str | None) -> str:
        return self._page(kind, rows[number - 1], field) if number <= len(rows) else ""

    def _page(self, kind: str, pk: int, field: str | None) -> str:
        if kind != "issue" and kind not in self._may:
            return ""
        anchor = f"#{INLINES.get(field, f'id_{field}')}" if field else ""
        return reverse(f"admin:newsletter_{kind}_change", args=[pk]) + anchor

    def _markdown(self, line: int | None) -> str:
        address = reverse("admin:newsletter_issue_markdown", args=[self._issue.pk])
        return f"{address}#line-{line}" if line else address
