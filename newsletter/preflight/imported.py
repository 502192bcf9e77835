"""What the import found, among the findings of pre-flight."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from newsletter.digest import document
from newsletter.digest_words import told
from newsletter.preflight.checking import Hit, check
from newsletter.preflight.findings import Place, Severity
from newsletter.preflight.inspected import Inspected

# Pre-flight finds these anew, in the issue as it is now, and with a remedy.
FOUND_ANEW = frozenset({"count.differs", "highlight.no-story", "link.bare", "link.glued"})


@check("import-error", Severity.BLOCK)
def import_error(subject: Inspected) -> Iterator[Hit]:
    yield from _findings(subject, document.Severity.ERROR)


@check("import-warning", Severity.WARN)
def import_warning(subject: Inspected) -> Iterator[Hit]:
    yield from _findings(subject, document.Severity.WARNING)


def _findings(subject: Inspected, severity: document.Severity) -> Iterator[Hit]:
    for finding in subject.document.findings:
        if finding.severity is severity and finding.code not in FOUND_ANEW:
            message = _("The import found: %(message)s (%(code)s).")
            remedy = _("Mend that line of the digest and import it again.")
            facts = {"message": told(finding), "code": finding.code}
            yield Hit(message % facts, remedy, Place(line=finding.line), f"{finding.code} {finding.message}")
