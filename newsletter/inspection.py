"""Pre-flight of an issue as it is stored: gathers the values, then asks the checks."""

from __future__ import annotations

import copy
import datetime
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from newsletter import content, renditions
from newsletter.digest.document import Document
from newsletter.errors import Refused
from newsletter.models import Issue, IssueStatus, Newsletter, Rendition, Source, Story
from newsletter.preflight import table
from newsletter.preflight.findings import Finding
from newsletter.preflight.inspected import EarlierIssue, EarlierStory, Inspected
from newsletter.preflight.repeats import DAYS
from newsletter.rendering.errors import RenderError
from newsletter.rendering.pipeline import Rendered, render
from newsletter.rendering.publication import Publication

S = IssueStatus
SENT = (S.SENDING, S.SENT)
# What readers had, and what they will have had by then.
RAN = (S.APPROVED, S.SCHEDULED, *SENT)


def inspect(issue: Issue, rendition: Rendition | None = None) -> tuple[Finding, ...]:
    """All findings about the issue, blockers first. Seven queries at most, however long it is.

    Looks at the mail that would be rendered now; with ``rendition``, at that frozen one.
    """
    stored = Issue.objects.select_related("newsletter").get(pk=issue.pk)
    document = content.load(stored)
    publication, problem = _publication(stored.newsletter)
    mail = _frozen(rendition) if rendition else problem or _rendered(stored, document, publication)
    return table.run(
        Inspected(
            document=document,
            rendered=mail,
            publication=publication,
            issue_date=stored.date_start,
            earlier=_earlier(stored),
        )
    )


def _publication(newsletter: Newsletter) -> tuple[Publication, Refused | None]:
    """The newsletter as a value; one whose theme is none gets the plain look and the reason."""
    try:
        return renditions.publication_of(newsletter), None
    except Refused as refused:
        plain = copy.copy(newsletter)
        plain.theme = {}
        return renditions.publication_of(plain), refused


def _rendered(issue: Issue, document: Document, publication: Publication) -> Rendered | Exception:
    try:
        return render(document, publication, subject=issue.subject or None, preheader=issue.preheader or None)
    except (RenderError, ValueError) as error:  # a ValueError: a slot, or an address that is none
        return error


def _frozen(rendition: Rendition) -> Rendered:
    return Rendered(
        subject=rendition.subject, preheader=rendition.preheader, mjml="", html=rendition.html, text=rendition.text
    )


def _earlier(issue: Issue) -> tuple[EarlierIssue, ...]:
    """Issues of the newsletter that ran in the days before, and those sent for one of its dates."""
    first, last = issue.date_start, issue.date_end or issue.date_start
    lately = Q(status__in=RAN, date_start__range=(first - datetime.timedelta(days=DAYS), first))
    same_day = Q(status__in=SENT) & (Q(date_start=first) | Q(date_end=last) | Q(date_end=None, date_start=last))
    issues = Issue.objects.filter(lately | same_day, newsletter=issue.newsletter_id).exclude(pk=issue.pk)
    rows = list(issues.order_by("date_start", "pk").values_list("pk", "slug", "date_start", "date_end", "status"))
    stories = _stories([pk for pk, *_ in rows])
    return tuple(
        EarlierIssue(slug, start, end, sent=status in SENT, stories=tuple(stories[pk]))
        for pk, slug, start, end, status in rows
    )


def _stories(issue_ids: list[int]) -> dict[int, list[EarlierStory]]:
    addresses: dict[int, list[str]] = defaultdict(list)
    sources = Source.objects.filter(story__section__issue__in=issue_ids).order_by("position")
    for story_id, url in sources.values_list("story_id", "url"):
        addresses[story_id].append(url)
    found: dict[int, list[EarlierStory]] = defaultdict(list)
    rows = Story.objects.filter(section__issue__in=issue_ids).order_by("section__position", "position")
    for pk, issue_id, title, primary, links in rows.values_list(
        "pk", "section__issue_id", "title", "primary_link", "links"
    ):
        urls = (*addresses[pk], *_urls([primary] if primary else []), *_urls(links))
        found[issue_id].append(EarlierStory(title, urls))
    return found


def _urls(links: Iterable[dict[str, str]]) -> list[str]:
    return [link["url"] for link in links]
