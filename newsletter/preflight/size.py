"""How large a mail becomes on its way to a reader."""

from __future__ import annotations

import re

# Gmail shows about so many bytes of HTML, and a link to the rest. KB are thousands here.
GMAIL_CLIPS = 102_000
WORRYING = int(GMAIL_CLIPS * 0.85)
TRACKED_LINK = 280  # what click tracking makes of a link
FILLED_SLOT = 80  # as long as a reader's name may be

_HREF = re.compile(r"(<a\b[^>]*?\bhref=)(\"[^\"]*\"|'[^']*')")
_SLOT = re.compile(r"\{\{[a-z_]+\}\}")


def grown_size(html: str) -> int:
    """The bytes of a mail's HTML with every link as long as click tracking makes it, and its other slots filled."""
    grown = 0

    def grow(link: re.Match[str]) -> str:
        nonlocal grown
        grown += max(TRACKED_LINK, _bytes(link[2]) - 2) + 2
        return link[1]

    rest = _HREF.sub(grow, html)
    slots = len(_SLOT.findall(rest))
    return grown + _bytes(_SLOT.sub("", rest)) + slots * FILLED_SLOT


def _bytes(text: str) -> int:
    # Half a surrogate pair is reported elsewhere; here it only must not stop the count.
    return len(text.encode("utf-8", "surrogatepass"))
