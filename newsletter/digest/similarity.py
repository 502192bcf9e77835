"""Whether two titles, or two addresses, mean the same."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import parse_qsl, urlencode, urlsplit

from rapidfuzz import fuzz

ALIKE = 85.0  # of 100, for two titles
_SHORTEST = 6  # characters; shorter titles (编者按) are alike by nature
_TRACKING = re.compile(r"utm_\w+|spm|from|share_\w+|fbclid|gclid", re.IGNORECASE)
_OTHER = re.compile(r"[\W_]+")


def bare(title: str) -> str:
    """A title's letters and digits alone, in one case and one width."""
    return _OTHER.sub("", unicodedata.normalize("NFKC", title).casefold())


def alike(one: str, other: str) -> bool:
    """Whether two titles, both ``bare``, are the same but for a few characters."""
    return likeness(one, other) > 0


def likeness(one: str, other: str) -> float:
    """How much alike two titles are, both ``bare``: ``ALIKE`` to 100, or 0 for titles that are not."""
    if min(len(one), len(other)) < _SHORTEST:
        return 100.0 if one == other != "" else 0.0
    return fuzz.ratio(one, other, score_cutoff=ALIKE)


def same_page(url: str) -> str:
    """What two addresses of one page share: without scheme, ``www.``, fragment, tracking and a closing slash."""
    try:
        parts = urlsplit(url.strip())
        query = urlencode([pair for pair in parse_qsl(parts.query, True) if not _TRACKING.fullmatch(pair[0])])
    except ValueError:
        return url
    host = parts.netloc.lower().removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}{'?' if query else ''}{query}"
