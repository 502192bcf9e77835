"""Changing an issue's content: from a digest or in the admin, one path with one set of consequences."""

from __future__ import annotations

import dataclasses
import hashlib

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from newsletter import content, lookup, workflow
from newsletter.delivery import campaigns
from newsletter.digest.comparison import Comparison, compare
from newsletter.digest.document import Document
from newsletter.digest.reading import parse_digest
from newsletter.errors import NotFound, NotPermitted, Refused
from newsletter.models import CampaignStatus, Issue, IssueStatus, Newsletter


@dataclasses.dataclass(frozen=True, slots=True)
class Import:
    """What an import found and did. ``issue`` is ``None`` on a dry run.

    ``comparison`` is what the digest changes in the issue's content, on a dry run what it would; ``None`` where the
    issue is new or stays as it is. It is false where only findings or spelling differ.
    """

    document: Document
    newsletter: Newsletter
    issue: Issue | None
    created: bool
    changed: bool
    comparison: Comparison | None = None


def import_digest(
    data: bytes, name: str, *, user: User | None = None, newsletter_slug: str | None = None, dry_run: bool = False
) -> Import:
    """Make or update the draft issue of a digest. The same bytes change nothing, nor does an equal document.

    Raises ``DigestError``, ``NotFound``, ``NotPermitted``, and ``Refused`` for an issue past editing; nothing is
    stored then.
    """
    if user is not None and not user.has_perm("newsletter.add_issue"):
        raise NotPermitted(f"{user.get_username()} may not import a digest; the permission is newsletter.add_issue.")
    document = parse_digest(data, name)
    newsletter = _newsletter_for(document, newsletter_slug)
    if dry_run:
        return _try(document, data, newsletter)
    return _store(document, data, newsletter, user)


def reopen(issue: Issue, user: User | None, note: str) -> None:
    """Before a change: the issue goes back to draft where its status asks for it, and its scheduled campaign is
    cancelled. Raises ``Refused`` for an issue past editing. Call inside the transaction of the change."""
    if issue.status == IssueStatus.SCHEDULED:
        campaign = campaigns.live_campaign(issue)
        if campaign and not campaigns.move(
            campaign, (CampaignStatus.SCHEDULED,), CampaignStatus.CANCELLED, user, note, reason=note
        ):
            raise Refused(f"{issue.slug} is being sent already; it can't be edited any more.")
    workflow.reopen(issue, user, note)


def _newsletter_for(document: Document, slug: str | None) -> Newsletter:
    if slug:
        newsletter = lookup.newsletter(slug)
        if newsletter.format != document.format:
            raise Refused(f"{slug} takes {newsletter.format} digests; this is one in the format {document.format}.")
        return newsletter
    fitting = list(Newsletter.objects.select_related("mailing_list").filter(format=document.format))
    if not fitting:
        raise NotFound(f"No newsletter takes {document.format} digests; make one, or run manage.py bootstrap.")
    if len(fitting) > 1:
        names = ", ".join(newsletter.slug for newsletter in fitting)
        raise Refused(f"Several newsletters take {document.format} digests; say which with --newsletter: {names}.")
    return fitting[0]


def _slug(document: Document, newsletter: Newsletter) -> str:
    return f"{newsletter.slug}-{document.date_start}"


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _as_stored(document: Document, newsletter: Newsletter) -> Document:
    return dataclasses.replace(document, language=newsletter.language)


def _replaced(issue: Issue, document: Document, data: bytes) -> Document | None:
    """The issue's content where the digest would replace it; ``None`` where they are the same."""
    if issue.source_hash == _hash(data):
        return None
    stored = content.load(issue)
    return None if stored == _as_stored(document, issue.newsletter) else stored


def _try(document: Document, data: bytes, newsletter: Newsletter) -> Import:
    issues = Issue.objects.select_related("newsletter").filter(newsletter=newsletter)
    issue = issues.filter(slug=_slug(document, newsletter)).first()
    replaced = _replaced(issue, document, data) if issue else None
    comparison = compare(replaced, _as_stored(document, newsletter)) if replaced else None
    return Import(document, newsletter, None, created=False, changed=False, comparison=comparison)


@transaction.atomic
def _store(document: Document, data: bytes, newsletter: Newsletter, user: User | None) -> Import:
    slug, comparison = _slug(document, newsletter), None
    issue = Issue.objects.select_for_update().select_related("newsletter").filter(slug=slug).first()
    created = issue is None
    if issue is None:
        issue = Issue(newsletter=newsletter, slug=slug)
    elif issue.newsletter_id != newsletter.pk:
        raise Refused(f"{slug} is an issue of {issue.newsletter.slug}; nothing was imported.")
    elif (replaced := _replaced(issue, document, data)) is None:
        return Import(document, newsletter, issue, created=False, changed=False)
    else:
        reopen(issue, user, "imported again")
        comparison = compare(replaced, _as_stored(document, newsletter))
    issue.source_text, issue.source_hash = data.decode("utf-8-sig"), _hash(data)
    issue.last_editor, issue.updated_at = user, timezone.now()
    issue.version += not created
    content.store(document, issue)
    return Import(document, newsletter, issue, created=created, changed=True, comparison=comparison)
