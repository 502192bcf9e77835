"""What is to be said of a digest's lines: why it was refused, what the import found, what pre-flight found."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from newsletter.admin.headings import Headings
from newsletter.digest import document
from newsletter.digest.errors import DigestError
from newsletter.digest_words import told
from newsletter.preflight import findings

IMPORTED = ("import-error", "import-warning")
# What both find: the import's has a line.
TWICE = {
    "count-differs": "count.differs",
    "highlight-without-story": "highlight.no-story",
    "link-bare-url": "link.bare",
    "link-glued": "link.glued",
}
GRAVE = {findings.Severity.BLOCK: "error", findings.Severity.WARN: "warning", findings.Severity.INFORM: "note"}


@dataclasses.dataclass(frozen=True, slots=True)
class Remark:
    """``kind`` is ``error``, ``warning`` or ``note``; without a line it is about the whole."""

    kind: str
    text: str
    line: int | None = None


def of_refusal(error: DigestError) -> list[Remark]:
    return [Remark("error", told(problem), problem.line) for problem in error.problems]


def of_import(found: Iterable[document.Finding]) -> list[Remark]:
    return [Remark(finding.severity.value, told(finding), finding.line) for finding in found]


def of_preflight(found: Iterable[findings.Finding], codes: Iterable[str], headings: Headings) -> list[Remark]:
    """Without what the import found: the text at hand tells that itself, and ``codes`` are its own."""
    known = set(codes)
    return [
        Remark(GRAVE[each.severity], _said(each), headings.line(each.place))
        for each in found
        if each.code not in IMPORTED and TWICE.get(each.code) not in known
    ]


def in_order(remarks: Iterable[Remark]) -> list[Remark]:
    return sorted(remarks, key=lambda remark: remark.line or 0)


def _said(finding: findings.Finding) -> str:
    where = str(finding.place)
    return f"{where}: {finding.message} {finding.remedy}" if where else f"{finding.message} {finding.remedy}"
