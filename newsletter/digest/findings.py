"""Collects what a parser wants a person to look at."""

from __future__ import annotations

from newsletter.digest.document import Finding, Severity
from newsletter.digest.inline import MAX_INLINE, might_refuse, refused_urls
from newsletter.digest.lines import Line
from newsletter.digest.wording import Wording, said

# A hostile file could hold a million odd lines. Nobody reads more than this; the last finding says how many follow.
MAX_FINDINGS = 500

# As much suspicious text goes through the inline parser; behind it, any line with a suspicious address is reported.
_MAX_INSPECTED = 200_000

_EXCERPT = 60


class Findings:
    """Findings by line, no more than ``MAX_FINDINGS`` and one that counts the rest."""

    def __init__(self) -> None:
        self._findings: list[Finding] = []
        self._left_out = 0
        self._inspected = 0

    def warn(self, code: str, wording: Wording, line: int | None = None) -> None:
        self._add(Severity.WARNING, code, wording, line)

    def error(self, code: str, wording: Wording, line: int | None = None) -> None:
        self._add(Severity.ERROR, code, wording, line)

    def inspect(self, line: Line) -> None:
        """Findings that any line can give: addresses that may not be linked, and lines too long for inline markup."""
        if len(line.text) > MAX_INLINE:
            message = said(
                "the line has %(count)s characters; links and bold after %(most)s are shown as text",
                count=f"{len(line.text):,}",
                most=f"{MAX_INLINE:,}",
            )
            self.warn("text.long", message, line.number)
        if might_refuse(line.text):
            self._inspect_urls(line)

    def all(self) -> tuple[Finding, ...]:
        listed = sorted(self._findings, key=lambda finding: finding.line or 0)
        if not self._left_out:
            return tuple(listed)
        message = said("%(count)s more findings are not listed", count=f"{self._left_out:,}")
        return (*listed, Finding.of("findings.more", Severity.WARNING, message))

    def _inspect_urls(self, line: Line) -> None:
        if self._inspected > _MAX_INSPECTED:
            message = said("an address may be shown as text; expected http, https or mailto")
            self.error("url.refused", message, line.number)
            return
        self._inspected += min(len(line.text), MAX_INLINE)
        for url in refused_urls(line.text):
            message = said("the address %(url)s is shown as text; expected http, https or mailto", url=cited(url))
            self.error("url.refused", message, line.number)

    def _add(self, severity: Severity, code: str, wording: Wording, line: int | None) -> None:
        if len(self._findings) < MAX_FINDINGS:
            self._findings.append(Finding.of(code, severity, wording, line))
        else:
            self._left_out += 1


def excerpt(text: str) -> str:
    """The beginning of a text, for a message."""
    return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"


def cited(text: str) -> str:
    """The same in quotation marks, with what can't be seen written out."""
    return repr(excerpt(text))
