"""Whether a campaign's approval still covers what a batch would send, asked for every batch and so cheaply.

Comparing the whole document takes 8–12 ms. It is done again when anything moved that a person can change by the
product, and every few seconds anyway, for what was changed behind its back.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from newsletter import renditions, workflow
from newsletter.models import Campaign, Issue

AGAIN = 10.0  # seconds
MOST = 100  # campaigns to remember
FIELDS = ("version", "updated_at", "subject", "preheader", "approved_rendition", "approved_audience")
OF_NEWSLETTER = ("mailing_list__slug", *renditions.SHOWN)
_covered: dict[int, tuple[tuple[Any, ...], float]] = {}
_comparing = threading.Lock()  # the first batches of all threads come at once, and one comparison serves them all


def problems(campaign: Campaign) -> list[str]:
    """As ``workflow.approval_problems``."""
    state = _state(campaign)
    intact = renditions.is_intact(campaign.rendition)  # these bytes are the ones that leave
    if intact and _is_covered(campaign, state):
        return []
    with _comparing:
        if intact and _is_covered(campaign, state):
            return []
        # Whole, and as it is now: the campaign's own may lack what no sender reads.
        found = workflow.approval_problems(Issue.objects.select_related("newsletter").get(pk=campaign.issue_id))
        if len(_covered) >= MOST:
            _covered.clear()
        if intact and not found:
            _covered[campaign.pk] = (state, time.monotonic() + AGAIN)
    return found


def _is_covered(campaign: Campaign, state: tuple[Any, ...]) -> bool:
    known = _covered.get(campaign.pk)
    return known is not None and known[0] == state and time.monotonic() < known[1]


def _state(campaign: Campaign) -> tuple[Any, ...]:
    names = (*FIELDS, *(f"newsletter__{name}" for name in OF_NEWSLETTER))
    stored = Issue.objects.values_list(*names).get(pk=campaign.issue_id)
    return (campaign.rendition_id, campaign.started_at, *stored)
