"""Faults of addresses that a person should look at: both happen where a page's text was copied into the digest."""

from __future__ import annotations

import re

from newsletter.digest.findings import Findings, cited
from newsletter.digest.lines import Line
from newsletter.digest.wording import said

_LINK = re.compile(r"\[([^\[\]]*+)\]\(\s*+(https?://[^\s()]++)", re.IGNORECASE)

# The words of a page that follow an address, pulled into it: "…250921Key words". Only where an address tells its own
# end: an identifier that ends in a digit (the last part of a DOI, an arXiv number, a page number), or a file's ending.
_WORD = r"(?:[A-Z][a-z]{2,}|[^\x00-\x7f]+)$"
_LONGEST = 500
_GLUED = re.compile(
    rf"(?:/10\.[0-9]{{4,9}}/[^\s]*[0-9]|arxiv\.org/(?:abs|pdf)/[0-9]{{4}}\.[0-9]{{4,5}}(?:v[0-9]+)?|/[0-9]{{5,}}"
    rf"|\.(?:html?|pdf|php|aspx))({_WORD})"
)


def inspect_links(line: Line, findings: Findings) -> None:
    """Findings for the links of a line: words that are the address itself, and an address with a word glued to it."""
    for name, url in _LINK.findall(line.text):
        if name.strip() == url:
            message = said("the words of the link are its address %(url)s", url=cited(url))
            findings.warn("link.bare", message, line.number)
        glued = _GLUED.search(url) if len(url) <= _LONGEST else None
        if glued:
            message = said(
                "the address %(url)s may end before %(word)s; open it and see",
                url=cited(url),
                word=cited(glued.group(1)),
            )
            findings.warn("link.glued", message, line.number)
