"""What a report's text should not begin with: Markdown that Sudi shows as it is written, and misspelt fields."""

from __future__ import annotations

import re
from collections.abc import Callable

from newsletter.digest.findings import Findings, cited
from newsletter.digest.lines import Line
from newsletter.digest.report import words
from newsletter.digest.report.marks import labelled
from newsletter.digest.wording import Wording, said

_ODD = re.compile(r"#|>|\||!\[|```|~~~|[*+\-]\s|[-*+]$|[0-9]{1,3}[.)]\s|[*_]{3}|==+$|</?[A-Za-z!]")


def no_plain_text(text: str) -> Wording:
    return said("%(text)s is kept as text; expected plain text", text=text)


def no_paragraph(text: str) -> Wording:
    return said("%(text)s is kept as text; expected a paragraph", text=text)


def no_block(text: str) -> Wording:
    return said("%(text)s is kept as text; expected a label, a paragraph or a bullet '- …'", text=text)


def report_odd(line: Line, findings: Findings, *, odd: Callable[[str], Wording] = no_plain_text) -> None:
    """A finding for a line of text that looks like something else; ``odd`` says it, and what was expected."""
    found = labelled(line.text)
    spelling = words.FIELD_SPELLINGS.get(found.label) if found else None
    if spelling:
        message = said(
            "%(text)s is kept as text; expected %(form)s in its place, once and with a value",
            text=cited(line.text),
            form=repr(spelling),
        )
        findings.warn("field.misplaced", message, line.number)
    elif _ODD.match(line.text):
        findings.warn("text.unexpected", odd(cited(line.text)), line.number)
