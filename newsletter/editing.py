"""Changing an issue's content: from a digest or in the admin, one path with one set of consequences."""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter import content, discussion, lookup, workflow
from newsletter.delivery import campaigns
from newsletter.digest.comparison import Comparison, compare
from newsletter.digest.document import Document
from newsletter.digest.reading import parse_digest, without_findings
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
        who = {"name": user.get_username()}
        raise NotPermitted(_("%(name)s may not import a digest; the permission is newsletter.add_issue.") % who)
    document = parse_digest(data, name)
    newsletter = _newsletter_for(document, newsletter_slug)
    if dry_run:
        return _try(document, data, newsletter, user)
    return _store(document, data, newsletter, user)


class ChangedMeanwhile(Refused):
    """Somebody else saved since the person looked; nothing is stored."""


def rewrite(issue: Issue, data: bytes, *, user: User, version: int, dry_run: bool = False) -> Import:
    """Replace the issue's content with that of a digest of the same issue, as an import of it would; ``version`` is
    the one that the person saw. What was imported last stays known, so that its bytes change nothing still.

    Raises ``DigestError``, ``NotPermitted``, ``ChangedMeanwhile``, and ``Refused`` for a digest of another issue and
    past editing; nothing is stored then.
    """
    if not user.has_perm("newsletter.change_issue"):
        who = {"name": user.get_username()}
        raise NotPermitted(_("%(name)s may not edit; the permission is newsletter.change_issue.") % who)
    document = parse_digest(data, issue.slug)
    with transaction.atomic():
        done = _rewrite(issue.pk, document, user, version)
        transaction.set_rollback(dry_run)
    return dataclasses.replace(done, issue=None, changed=False) if dry_run else done


def reopen(issue: Issue, user: User | None, note: str) -> None:
    """Before a change: the issue goes back to draft where its status asks for it, and its scheduled campaign is
    cancelled. Raises ``Refused`` for an issue past editing. Call inside the transaction of the change."""
    if issue.status == IssueStatus.SCHEDULED:
        campaign = campaigns.live_campaign(issue)
        if campaign and not campaigns.move(
            campaign, (CampaignStatus.SCHEDULED,), CampaignStatus.CANCELLED, user, note, reason=note
        ):
            said = {"issue": issue.slug}
            raise Refused(_("%(issue)s is being sent already; it can't be edited any more.") % said)
    workflow.reopen(issue, user, note)


def _newsletter_for(document: Document, slug: str | None) -> Newsletter:
    if slug:
        newsletter = lookup.newsletter(slug)
        if newsletter.format != document.format:
            said = {"newsletter": slug, "expected": newsletter.format, "format": document.format}
            raise Refused(_("%(newsletter)s takes %(expected)s digests; this is one in the format %(format)s.") % said)
        return newsletter
    fitting = list(Newsletter.objects.select_related("mailing_list").filter(format=document.format))
    if not fitting:
        said = {"format": document.format}
        raise NotFound(_("No newsletter takes %(format)s digests; make one, or run manage.py bootstrap.") % said)
    if len(fitting) > 1:
        said = {"format": document.format, "names": ", ".join(newsletter.slug for newsletter in fitting)}
        raise Refused(_("Several newsletters take %(format)s digests; say which with --newsletter: %(names)s.") % said)
    return fitting[0]


def _slug(document: Document, newsletter: Newsletter) -> str:
    return f"{newsletter.slug}-{document.date_start}"


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def as_stored(document: Document, newsletter: Newsletter) -> Document:
    """In the newsletter's own language, as an issue's content is."""
    return dataclasses.replace(document, language=newsletter.language)


def _replaced(issue: Issue, document: Document, data: bytes) -> Document | None:
    """The issue's content where the digest would replace it; ``None`` where they are the same."""
    if issue.source_hash == _hash(data):
        return None
    stored = content.load(issue)
    return None if stored == as_stored(document, issue.newsletter) else stored


@transaction.atomic
def _try(document: Document, data: bytes, newsletter: Newsletter, user: User | None) -> Import:
    """The import itself, undone: it refuses what an import would refuse, and for the same reason."""
    done = _store(document, data, newsletter, user)
    transaction.set_rollback(True)
    return dataclasses.replace(done, issue=None, created=False, changed=False)


@transaction.atomic
def _store(document: Document, data: bytes, newsletter: Newsletter, user: User | None) -> Import:
    slug, comparison = _slug(document, newsletter), None
    issue = Issue.objects.select_for_update().select_related("newsletter").filter(slug=slug).first()
    created = issue is None
    if issue is None:
        issue = Issue(newsletter=newsletter, slug=slug)
    elif issue.newsletter_id != newsletter.pk:
        said = {"issue": slug, "newsletter": issue.newsletter.slug}
        raise Refused(_("%(issue)s is an issue of %(newsletter)s; nothing was imported.") % said)
    elif (replaced := _replaced(issue, document, data)) is None:
        return Import(document, newsletter, issue, created=False, changed=False)
    else:
        reopen(issue, user, _("imported again"))
        comparison = compare(replaced, as_stored(document, newsletter))
        discussion.follow(issue, discussion.retitled(comparison))
    issue.source_text, issue.source_hash = data.decode("utf-8-sig"), _hash(data)
    _replace(issue, document, user, created=created)
    return Import(document, newsletter, issue, created=created, changed=True, comparison=comparison)


def _rewrite(issue_id: int, document: Document, user: User, version: int) -> Import:
    issue = Issue.objects.select_for_update().select_related("newsletter").get(pk=issue_id)
    if issue.version != version:
        said = {"issue": issue.slug}
        raise ChangedMeanwhile(_("%(issue)s was changed by somebody else meanwhile; look at both versions.") % said)
    _refuse_another(document, issue)
    stored, new = content.load(issue), as_stored(document, issue.newsletter)
    if _says_the_same(stored, new):
        return Import(document, issue.newsletter, issue, created=False, changed=False)
    reopen(issue, user, _("edited as Markdown"))
    _replace(issue, document, user, created=False)
    comparison = compare(stored, new)
    discussion.follow(issue, discussion.retitled(comparison))
    return Import(document, issue.newsletter, issue, created=False, changed=True, comparison=comparison)


def _refuse_another(document: Document, issue: Issue) -> None:
    newsletter = issue.newsletter
    if document.format != newsletter.format:
        said = {"newsletter": newsletter.slug, "expected": newsletter.format, "format": document.format}
        raise Refused(_("%(newsletter)s takes %(expected)s digests; this text is one in the format %(format)s.") % said)
    if document.date_start != issue.date_start:
        dates = {"new": document.date_start, "issue": issue.slug, "date": issue.date_start}
        raise Refused(
            _(
                "The date became %(new)s, which would be another issue; %(issue)s is of %(date)s. Put the date back, "
                "or import the text as a digest of its own."
            )
            % dates
        )


def _says_the_same(stored: Document, new: Document) -> bool:
    """The same content, and the same to be looked at, be it on other lines."""
    findings = [Counter((each.code, each.message) for each in document.findings) for document in (stored, new)]
    return findings[0] == findings[1] and without_findings(stored) == without_findings(new)


def _replace(issue: Issue, document: Document, user: User | None, *, created: bool) -> None:
    issue.last_editor, issue.updated_at = user, timezone.now()
    issue.version += not created
    content.store(document, issue)
