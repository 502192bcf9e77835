"""Known names that were misheard or mistyped."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from newsletter.preflight.checking import Hit, check
from newsletter.preflight.findings import Severity
from newsletter.preflight.inspected import Inspected
from newsletter.preflight.tables import MISTAKES


@check("name-misspelt", Severity.WARN)
def name_misspelt(subject: Inspected) -> Iterator[Hit]:
    for passage in subject.passages:
        for name, mistakes in MISTAKES:
            for written in dict.fromkeys(match.group() for match in mistakes.finditer(passage.prose)):
                message = _("%(written)s is probably %(name)s.") % {"written": written, "name": name}
                yield Hit(message, _("Look the name up; it is often mistaken."), passage.place, written)
