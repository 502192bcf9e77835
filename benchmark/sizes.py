"""How much of everything: small in under two minutes, full as the figures of docs/performance.md."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """``renderings``: of each digest. ``campaigns``: recipients of each campaign of the whole pipeline, one after the
    other; memory must not grow from the first to the last. ``events``, ``ledger``: recipients of a campaign whose
    events are applied, or whose rows are claimed and answered. ``slow``: recipients at 50 ms a call. ``peers``:
    recipients of each peer."""

    renderings: int
    campaigns: tuple[int, ...]
    events: int
    ledger: int
    slow: int
    peers: Mapping[str, int]


SIZES = {
    "small": Size(
        renderings=20,
        campaigns=(40_000,),
        events=20_000,
        ledger=50_000,
        slow=20_000,
        peers={"django-newsletter": 150, "django-smtp": 300, "django-anymail": 20_000},
    ),
    "full": Size(
        renderings=100,
        campaigns=(100_000, 1_000_000),
        events=50_000,
        ledger=1_000_000,
        slow=100_000,
        peers={"django-newsletter": 500, "django-smtp": 1_000, "django-anymail": 100_000},
    ),
}
