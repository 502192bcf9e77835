"""What the parsers found or refused, in the language of the moment. They word it in English and know no catalogue."""

from __future__ import annotations

from django.utils.translation import gettext

from newsletter.digest.document import Finding
from newsletter.digest.errors import DigestError, Problem


def told(worded: Finding | Problem) -> str:
    """The message by its template; in English where it was stored without one."""
    return gettext(worded.template) % (worded.values or {}) if worded.template else worded.message


def why_refused(error: DigestError) -> str:
    """All of its problems in one line."""
    return "; ".join(map(told, error.problems))
