"""What a report's text should not begin with: Markdown that Sudi shows as it is written, and misspelt fields."""

from __future__ import annotations

import re

from newsletter.digest.findings import Findings, excerpt
from newsletter.digest.lines import Line
from newsletter.digest.report import words
from newsletter.digest.report.marks import labelled

_ODD = re.compile(r"#|>|\||!\[|```|~~~|[*+\-]\s|[-*+]$|[0-9]{1,3}[.)]\s|[*_]{3}|==+$|</?[A-Za-z!]")


def report_odd(line: Line, findings: Findings, *, expected: str = "plain text") -> None:
    """A finding for a line of text that looks like something else."""
    found = labelled(line.text)
    spelling = words.FIELD_SPELLINGS.get(found.label) if found else None
    if spelling:
        message = f"{excerpt(line.text)!r} is kept as text; expected {spelling!r} in its place, once and with a value"
        findings.warn("field.misplaced", message, line.number)
    elif _ODD.match(line.text):
        findings.warn("text.unexpected", f"{excerpt(line.text)!r} is kept as text; expected {expected}", line.number)
