"""What the public may read: the issues that are being sent or were sent and not withdrawn, newest first."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from newsletter.models import Correction, Issue, IssueStatus, Newsletter, Story

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

PUBLIC = (IssueStatus.SENDING, IssueStatus.SENT)
RECENT = 5


class Annotations(TypedDict):
    """``lead``: the title of the first story that has one, or ``None``; ``corrected``: the document of the newest
    correction, as JSON, which says all of it anew."""

    lead: str | None
    corrected: dict[str, Any] | None


@dataclasses.dataclass(frozen=True, slots=True)
class Neighbours:
    previous: Issue | None
    next: Issue | None


def issues_with_a_page() -> QuerySet[Issue]:
    """The public issues, and those that were withdrawn, whose page says so."""
    return Issue.objects.filter(status__in=PUBLIC)


def public_issues() -> QuerySet[Issue]:
    return issues_with_a_page().filter(withdrawn_at=None).order_by("-date_start", "-pk")


def listed_issues() -> QuerySet[WithAnnotations[Issue, Annotations]]:
    """The public issues as a list shows them, without their long parts."""
    stories = Story.objects.filter(section__issue=OuterRef("pk")).order_by("section__position", "position")
    stories = stories.exclude(title="")
    listed = public_issues().only("newsletter_id", "slug", "title", "icon", "series", "date_start", "date_end")
    corrections = Correction.objects.filter(issue=OuterRef("pk")).order_by("-at", "-pk")
    lead, corrected = stories.values("title")[:1], corrections.values("document")[:1]
    return listed.annotate(lead=Subquery(lead), corrected=Subquery(corrected))


def newsletters() -> QuerySet[Newsletter]:
    """Every newsletter, the latest of its public issues as ``recent``: two queries."""
    return Newsletter.objects.prefetch_related(Prefetch("issues", listed_issues()[:RECENT], to_attr="recent"))


def neighbours(issue: Issue) -> Neighbours:
    """The public issues of the same newsletter right before and after this one."""
    issues = public_issues().filter(newsletter_id=issue.newsletter_id).only("slug", "date_start", "date_end")
    same_day = Q(date_start=issue.date_start)
    before = Q(date_start__lt=issue.date_start) | same_day & Q(pk__lt=issue.pk)
    after = Q(date_start__gt=issue.date_start) | same_day & Q(pk__gt=issue.pk)
    return Neighbours(previous=issues.filter(before).first(), next=issues.filter(after).last())
