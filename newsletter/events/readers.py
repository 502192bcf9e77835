"""What events mean for the readers whom they concern: suppressed or unsubscribed, all of a run at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from newsletter.delivery.feedback import Matched
from newsletter.events.ses_event import SesEvent
from newsletter.events.tags import DeliveryTag
from newsletter.events.verdicts import verdict
from subscribers import subscriptions, suppression
from subscribers.addresses import Address, AddressError, normalise
from subscribers.consent import Evidence
from subscribers.models import SuppressionReason


def act(events: Sequence[SesEvent], matched: Mapping[DeliveryTag, Matched]) -> None:
    """On the address that was mailed, where the ledger knows it; else on whom SES names."""
    to_suppress: list[tuple[Address, SuppressionReason, str]] = []
    leaving: dict[str, list[Address]] = {}
    for event in events:
        what = verdict(event)
        if not what.suppress and not what.unsubscribe:
            continue
        known = matched.get(event.tag) if event.tag else None
        addresses = list(_addresses([known.address] if known else event.recipients))
        if reason := what.suppress:
            note = f"SES event {event.key[:12]}"
            to_suppress += [(address, SuppressionReason(reason), note) for address in addresses]
        if what.unsubscribe:
            leaving.setdefault(f"SES {event.kind}", []).extend(addresses)
    suppression.suppress_each(to_suppress)
    for source, addresses in sorted(leaving.items()):
        subscriptions.all_unsubscribe_everywhere(addresses, Evidence(source=source))


def _addresses(texts: Iterable[str]) -> Iterable[Address]:
    for text in texts:
        try:
            yield normalise(text)
        except AddressError:
            continue  # a server's own spelling of somebody; the raw event keeps it
