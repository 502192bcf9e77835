"""Pre-flight of a document that is only shown on the web: the checks that don't look at a mail."""

from __future__ import annotations

import copy

from newsletter import renditions
from newsletter.digest.document import Document
from newsletter.models import Issue
from newsletter.preflight import addresses, counts, dates, imported, look, mail, names, scripts, words
from newsletter.preflight.findings import Finding, Severity
from newsletter.preflight.inspected import Inspected
from newsletter.rendering.errors import RenderError

CHECKS = (
    imported.import_error,
    dates.title_date,
    words.placeholder_text,
    words.control_character,
    words.bidi_override,
    mail.link_refused,
    mail.image_without_alt,
    counts.highlight_without_story,
    counts.count_differs,
    names.name_misspelt,
    scripts.script_mixed,
    addresses.link_duplicate,
    addresses.link_bare_url,
    addresses.link_glued,
    addresses.link_insecure,
    look.cover_relative,
    imported.import_warning,
)
NO_MAIL = RenderError("a web page is no mail")
_ORDER = tuple(Severity)


def findings(document: Document, issue: Issue) -> tuple[Finding, ...]:
    """All findings about the document as the web page of the issue, blockers first."""
    newsletter = copy.copy(issue.newsletter)
    newsletter.theme = {}  # no matter here, and no reason to fail
    subject = Inspected(document, NO_MAIL, renditions.publication_of(newsletter), issue.date_start)
    found = [finding for check in CHECKS for finding in check.findings(subject)]
    return tuple(sorted(found, key=lambda finding: _ORDER.index(finding.severity)))
