"""Events about deliveries that are in the ledger, as SES would tell of them."""

from __future__ import annotations

import json
from typing import Any

from newsletter.models import Delivery
from tests.newsletter.events.samples import published


def told(name: str, about: Delivery, *, attempt: int | None = None, **changes: Any) -> str:
    """An event's JSON, about the delivery's current attempt or another; changes are to the event's own part."""
    event = published(name, tag=f"{about.campaign_id}-{about.position}-{attempt or about.attempt}", **changes)
    event["mail"] |= {"destination": [about.address], "messageId": f"ses-{about.position}-{attempt or about.attempt}"}
    for part in ("bounce", "complaint", "deliveryDelay"):
        for recipients in ("bouncedRecipients", "complainedRecipients", "delayedRecipients"):
            if recipients in event.get(part, {}) and recipients not in changes:
                event[part][recipients] = [{**event[part][recipients][0], "emailAddress": about.address}]
    return json.dumps(event, ensure_ascii=False)
