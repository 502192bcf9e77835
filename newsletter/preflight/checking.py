"""A check: one question about an issue, with its code and severity, asked by one small function."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

from newsletter.preflight.findings import WHOLE_ISSUE, Finding, Place, Severity
from newsletter.preflight.inspected import Inspected

# Nobody reads more of one kind; the last one says how many follow.
MOST = 50


@dataclasses.dataclass(frozen=True, slots=True)
class Hit:
    """One thing that a check found; ``about`` as in ``Finding``."""

    message: str
    remedy: str
    place: Place = WHOLE_ISSUE
    about: str = ""


Question = Callable[[Inspected], Iterable[Hit]]


@dataclasses.dataclass(frozen=True, slots=True)
class Check:
    code: str
    severity: Severity
    question: Question

    def findings(self, subject: Inspected) -> tuple[Finding, ...]:
        """What this check finds, in the order of the issue; at most ``MOST`` and one that counts the rest."""
        hits = list(self.question(subject))
        found = [self._finding(hit) for hit in hits[:MOST]]
        if len(hits) > MOST:
            message = _("%(count)d more of this kind are not listed.") % {"count": len(hits) - MOST}
            found.append(Finding(self.code, self.severity, WHOLE_ISSUE, message, hits[MOST].remedy))
        return tuple(found)

    def _finding(self, hit: Hit) -> Finding:
        return Finding(self.code, self.severity, hit.place, hit.message, hit.remedy, hit.about)


def check(code: str, severity: Severity) -> Callable[[Question], Check]:
    """Make a check of the function that asks its question."""
    return lambda question: Check(code, severity, question)
