"""The bold labels of an express digest."""

from __future__ import annotations

from newsletter.digest.bold import BARE, Bold, read_bold
from newsletter.digest.express import words
from newsletter.digest.lines import bold_label


def read_label(text: str) -> Bold | None:
    """The label of ``**label：** rest``, its colon full-width or half-width; one that the format knows may have it
    outside of the bold, too."""
    usual = bold_label(text)
    if usual:
        return Bold(usual[0], words.LABEL_END, usual[1])
    bold = read_bold(text)
    if bold is None or bold.closing == BARE or "*" in bold.label:
        return None
    return bold if bold.closing == ":**" or bold.label in words.FIELD_SPELLINGS else None
