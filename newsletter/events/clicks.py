"""The clicks at a mail, taken together: a scanner is known by many at once, whatever order they are told in."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from newsletter.events import scanners
from newsletter.events.parsing import parse_stored
from newsletter.events.scanners import Click
from newsletter.events.ses_event import EventKind
from newsletter.events.tags import DeliveryTag
from newsletter.models import DeliveryEvent


def by_people(tags: Collection[DeliveryTag]) -> dict[DeliveryTag, datetime.datetime | None]:
    """When a person last clicked in each of these mails, by every click that is stored, applied or not."""
    found: dict[DeliveryTag, list[Click]] = {tag: [] for tag in tags}
    for campaign_id in sorted({tag.campaign for tag in tags}):
        positions = [tag.position for tag in tags if tag.campaign == campaign_id]
        rows = DeliveryEvent.objects.filter(campaign_id=campaign_id, position__in=positions, kind=EventKind.CLICK)
        for key, raw in rows.values_list("key", "raw"):
            event = parse_stored(raw, key)
            if event.tag in found:
                found[event.tag].append(Click(event.at, event.link or "", event.user_agent))
    return {tag: scanners.last_by_person(clicks) for tag, clicks in found.items()}
