"""What the web page of an issue says: its content, or the newest correction's. The only writer of ``Correction``.

The issue's rows, and what was mailed, stay what they were.
"""

from __future__ import annotations

import dataclasses

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from newsletter import content, workflow
from newsletter.digest.comparison import Comparison, compare
from newsletter.digest.document import Document
from newsletter.digest.jsonform import from_json, to_json
from newsletter.digest.reading import parse_digest
from newsletter.editorial import page_checks
from newsletter.errors import Refused
from newsletter.models import Correction, Issue
from newsletter.preflight import table
from newsletter.preflight.findings import Finding


@dataclasses.dataclass(frozen=True, slots=True)
class Published:
    """What the web page shows: the document, and the corrections with their notes for readers, newest first."""

    document: Document
    corrections: tuple[Correction, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Proposal:
    """A digest that would correct the page: what it changes there, and what pre-flight says of it."""

    document: Document
    comparison: Comparison
    findings: tuple[Finding, ...]

    @property
    def blockers(self) -> tuple[Finding, ...]:
        return table.blockers(self.findings)


def published(issue: Issue) -> Published:
    corrections = tuple(issue.corrections.select_related("user"))
    return Published(from_json(corrections[0].document) if corrections else content.load(issue), corrections)


def propose(issue: Issue, text: str) -> Proposal:
    """What the digest would change on the page. Raises ``DigestError``, and ``Refused`` where it is no correction of
    this issue: another date, another format, or no difference."""
    document = _read(issue, text)
    comparison = compare(published(issue).document, document)
    if not comparison:
        raise Refused(_("This is what the page says already; nothing differs."))
    return Proposal(document, comparison, page_checks.findings(document, issue))


def correct(issue: Issue, user: User, *, text: str, note: str) -> Correction:
    """Show the digest's content on the issue's page, with the note. Raises ``DigestError`` and ``Refused``."""
    workflow.check(issue, "correct", user)
    proposal = propose(issue, text)
    if proposal.blockers:
        first = proposal.blockers[0]
        place = f"{first.place}: " if str(first.place) else ""
        raise Refused(_("Mend what blocks first: %(what)s") % {"what": f"{place}{first.message} {first.remedy}"})
    return _store(issue, user, proposal.document, note)


def revert(issue: Issue, user: User, *, note: str) -> Correction:
    """Show again what was mailed, with the note. Raises ``Refused``."""
    workflow.check(issue, "correct", user)
    mailed = content.load(issue)
    if not compare(published(issue).document, mailed):
        raise Refused(_("The page says what was mailed already."))
    return _store(issue, user, mailed, note)


@transaction.atomic
def _store(issue: Issue, user: User, document: Document, note: str) -> Correction:
    # First, because this is what finds out whether somebody else was faster.
    workflow.correct(issue, user, note)
    return Correction.objects.create(issue=issue, document=to_json(document), note=note, user=user)


def _read(issue: Issue, text: str) -> Document:
    document = parse_digest(text.encode(), "digest")
    if document.format != issue.newsletter.format:
        facts = {"format": document.format, "expected": issue.newsletter.format}
        raise Refused(_("This is a digest in the format %(format)s; the issue's is %(expected)s.") % facts)
    if (document.date_start, document.date_end) != (issue.date_start, issue.date_end):
        raise Refused(_("A correction can't change the date of the issue: %(date)s.") % {"date": issue.date_start})
    return dataclasses.replace(document, language=issue.newsletter.language)
