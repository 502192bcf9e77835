"""Checks of the issue's links: twice, bare, insecure, or with something glued to their end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from newsletter.digest.similarity import same_page
from newsletter.preflight.checking import Hit, check
from newsletter.preflight.findings import Place, Severity
from newsletter.preflight.inspected import Inspected

_BARE = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_LISTED = 6  # places; who reads of so many knows enough
_TAIL = 300  # characters; an address may be a megabyte, and the end is at its end
# A page's next word behind what ends by itself: a DOI's digits, an arXiv number, a page's number, a file's ending.
_WORD = r"(?P<rest>[A-Z][a-z]{2,}[A-Za-z]*|[^\x00-\x7f]+)$"
_GLUED = (
    re.compile(
        rf"(?:/10\.\d{{4,9}}/\S*\d|arxiv\.org/(?:abs|pdf)/\d{{4}}\.\d{{4,5}}(?:v\d+)?(?:\.pdf)?|/\d{{5,}}"
        rf"|\.(?:html?|pdf|php|aspx)){_WORD}",
        re.ASCII,
    ),
    re.compile(r"[A-Za-z0-9](?P<rest>https?://\S*)$"),
    re.compile(r"(?P<rest>[，。；：！？、）】」』》]+)$"),
    re.compile(r"\w(?P<rest>[,;]+)$"),
)


@check("link-duplicate", Severity.WARN)
def link_duplicate(subject: Inspected) -> Iterator[Hit]:
    places: dict[str, list[Place]] = {}
    for link in subject.links:
        places.setdefault(same_page(link.url), []).append(link.place)
    for page, found in places.items():
        if len(found) > 1:
            where = _listed(list(dict.fromkeys(map(str, found))))
            message = _("%(page)s is linked %(count)d times: %(where)s.")
            facts = {"page": page, "count": len(found), "where": where}
            yield Hit(message % facts, _("Keep the link where it says most."), found[1], f"{page} {len(found)}")


@check("link-bare-url", Severity.WARN)
def link_bare_url(subject: Inspected) -> Iterator[Hit]:
    for link in subject.links:
        if _BARE.fullmatch(link.words.strip()):
            message = _("The link's text is its address, %(url)s.") % {"url": link.url}
            yield Hit(message, _("Say what is there; a screen reader spells an address out."), link.place, link.url)


@check("link-insecure", Severity.WARN)
def link_insecure(subject: Inspected) -> Iterator[Hit]:
    for link in subject.links:
        if link.url.lower().startswith("http://"):
            message = _("%(url)s is a link without encryption.") % {"url": link.url}
            yield Hit(message, _("Try the same address with https://."), link.place, link.url)


@check("link-glued", Severity.WARN)
def link_glued(subject: Inspected) -> Iterator[Hit]:
    for link in subject.links:
        if rest := glued(link.url):
            message = _("%(rest)r is glued to the end of the address %(url)s.") % {"rest": rest, "url": link.url}
            yield Hit(message, _("Cut the address where it should end, and try it."), link.place, link.url)


def _listed(places: list[str]) -> str:
    return "; ".join(places[:_LISTED]) + ("; …" if len(places) > _LISTED else "")


def glued(url: str) -> str | None:
    """What probably isn't part of the address any more, or ``None``."""
    address = (url.partition("://")[2] or url)[-_TAIL:]
    found = (pattern.search(address) for pattern in _GLUED)
    return next((match["rest"] for match in found if match), None)
