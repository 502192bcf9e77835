"""The label that a bullet may begin with: ``- label：text``."""

from __future__ import annotations

import re

COLON = "："

# Links, code and bold are whole: a colon inside them ends no label. White space decides nothing here, so that a label
# is found again after the writer has trimmed it; and no part can overlap the next, which keeps the search linear.
_WHOLE = re.compile(r"\[[^\[\]]*+\]\([^()]*+\)|`[^`]*+`|\*\*[^*]++\*\*|(：)")


def split_label(text: str) -> tuple[str | None, str]:
    """The label, up to the first full-width colon outside links, code and bold, and the text behind it.

    An ASCII colon ends no label: it stands in addresses, times and ratios (``12:30``).
    """
    if COLON not in text:
        return None, text
    for match in _WHOLE.finditer(text):
        if match.group(1):
            label = text[: match.start()].strip()
            return (label, text[match.end() :].strip()) if label else (None, text)
    return None, text
