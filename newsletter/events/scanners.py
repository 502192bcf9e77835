"""Telling readers from machines: mail is opened and its links are followed by security scanners, by providers that
fetch pictures ahead, and by proxies that fetch them in the reader's place.

Nothing here is certain, so nothing is done about anybody for it: it only decides which of two numbers an open or a
click is in. What comes within seconds of the delivery is left out where the numbers are made (``reports.attention``),
since the delivery may be told of later than the click.
"""

from __future__ import annotations

import bisect
import datetime
import re
from collections.abc import Collection
from typing import NamedTuple

# Many links of one mail, all but at once: nobody reads so fast.
LINKS = 3
WITHIN = datetime.timedelta(seconds=5)

# What Apple's Mail Privacy Protection sends, and no browser does.
_BARE = "Mozilla/5.0"
_MACHINES = re.compile(
    # Proxies for pictures: they may fetch when a person looks, or ahead.
    r"ggpht\.com|GoogleImageProxy|YahooMailProxy|YahooCacheSystem|DuckDuckGo|"
    # Scanners and filters of mail.
    r"Barracuda|Proofpoint|Mimecast|MessageLabs|Symantec|Sophos|Trend ?Micro|FireEye|Cloudmark|SafeLinks|"
    r"BitDefender|Kaspersky|Forcepoint|Zscaler|"
    # Programs that say what they are.
    r"\bbot\b|bot[/;-]|bot \(|crawl|spider|scan(ner|ning)?\b|preview|prefetch|monitor|HeadlessChrome|PhantomJS|"
    r"\bcurl/|\bWget/|python-|aiohttp|Go-http-client|\bJava/|okhttp|Apache-HttpClient|libwww|node-fetch|axios/",
    re.IGNORECASE,
)


class Click(NamedTuple):
    at: datetime.datetime
    link: str
    user_agent: str | None


def is_machine(user_agent: str | None) -> bool:
    """Whether this is the name of a program that fetches for nobody in particular, or no name at all."""
    text = (user_agent or "").strip()
    return not text or text == _BARE or bool(_MACHINES.search(text))


def last_by_person(clicks: Collection[Click]) -> datetime.datetime | None:
    """When a person last followed a link, of all clicks there were at one mail; ``None``: no person seems to have."""
    ordered = sorted(clicks)
    times = [click.at for click in ordered]
    people = (
        click
        for click in reversed(ordered)
        if not is_machine(click.user_agent) and not _in_burst(click, ordered, times)
    )
    return next((click.at for click in people), None)


def _in_burst(click: Click, ordered: list[Click], times: list[datetime.datetime]) -> bool:
    near = ordered[bisect.bisect_left(times, click.at - WITHIN) : bisect.bisect_right(times, click.at + WITHIN)]
    return len({each.link for each in near}) >= LINKS
