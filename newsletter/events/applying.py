"""Applying stored events, in bulk: the ledger first, then the readers whom they concern. Repeats are harmless."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Sequence

from django.db import connection, transaction
from django.utils import timezone

from newsletter.delivery import feedback
from newsletter.delivery.feedback import Feedback, Matched
from newsletter.events.parsing import parse_event
from newsletter.events.ses_event import EventKind, SesEvent
from newsletter.events.tags import DeliveryTag
from newsletter.events.verdicts import LedgerState, Outcome, Verdict, verdict
from newsletter.models import BounceClass, DeliveryEvent
from subscribers import subscriptions, suppression
from subscribers.addresses import Address, AddressError, normalise
from subscribers.consent import Evidence
from subscribers.models import SuppressionReason

SOME = 500
FOLDED = (EventKind.SEND, EventKind.DELIVERY, EventKind.DELIVERY_DELAY)


def apply_pending(most: int = 20_000) -> int:
    """Apply what has been stored and not yet applied, in runs of one short transaction each; at most ``most``.

    Returns how many events were applied.
    """
    applied = 0
    while applied < most and (count := _apply_some()):
        applied += count
    return applied


@transaction.atomic
def _apply_some() -> int:
    waiting = DeliveryEvent.objects.filter(applied_at=None).order_by("received_at", "key")
    rows = list(waiting.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)[:SOME])
    pairs = [(event, verdict(event)) for event in map(_event, rows)]
    matched = _fold(pairs)
    for event, what in pairs:
        _act_on_reader(event, what, matched)
    tagged = [event for event, _ in pairs if event.tag]
    unmatched = {event.key for event in tagged if event.tag not in matched}
    folded = [event.key for event, _ in pairs if event.kind in FOLDED and event.key not in unmatched]
    DeliveryEvent.objects.filter(pk__in=folded).delete()
    kept = DeliveryEvent.objects.filter(pk__in=[row.pk for row in rows])
    kept.filter(pk__in=unmatched).update(applied_at=timezone.now(), unmatched=True)
    kept.exclude(pk__in=unmatched).update(applied_at=timezone.now(), unmatched=False)
    return len(rows)


def _event(row: DeliveryEvent) -> SesEvent:
    event = parse_event(row.raw)
    assert isinstance(event, SesEvent)  # noqa: S101 - the door stores nothing else
    return event


def _fold(pairs: Sequence[tuple[SesEvent, Verdict]]) -> dict[DeliveryTag, Matched]:
    """Write all that the events say of deliveries; returns which deliveries' current attempts they were about."""
    said = sorted(((event.tag, _feedback(event, what)) for event, what in pairs if event.tag), key=lambda pair: pair[0])
    matched: dict[DeliveryTag, Matched] = {}
    for campaign_id, of_campaign in itertools.groupby(said, key=lambda pair: pair[0].campaign):
        latest: dict[tuple[int, int], list[Feedback]] = {}
        for tag, each in of_campaign:
            latest.setdefault((tag.position, tag.attempt), []).append(each)
        for together in _without_repeats([functools.reduce(Feedback.and_, group) for group in latest.values()]):
            attempts = {each.position: each.attempt for each in together}
            for found in feedback.fold(campaign_id, together):
                matched[DeliveryTag(campaign_id, found.position, attempts[found.position])] = found
    return matched


def _without_repeats(all_feedback: Iterable[Feedback]) -> Iterable[list[Feedback]]:
    """Runs in which no position stands twice (two attempts at one delivery): a statement updates a row once."""
    runs: list[dict[int, Feedback]] = [{}]
    for each in all_feedback:
        run = next((run for run in runs if each.position not in run), None)
        if run is None:
            run = {}
            runs.append(run)
        run[each.position] = each
    return [list(run.values()) for run in runs]


def _feedback(event: SesEvent, what: Verdict) -> Feedback:
    assert event.tag is not None  # noqa: S101 - the caller chose tagged events
    bounced = what.outcome is Outcome.BOUNCED
    return Feedback(
        position=event.tag.position,
        attempt=event.tag.attempt,
        message_id=event.message_id,
        accepted=what.ledger is LedgerState.ACCEPTED,
        rejected=event.kind.upper() if what.ledger is LedgerState.REJECTED else None,
        delivered_at=event.at if what.outcome is Outcome.DELIVERED else None,
        bounced_at=event.at if bounced else None,
        bounce_class=BounceClass(what.bounce_class) if bounced and what.bounce_class else None,
        complained_at=event.at if what.complained else None,
        opened_at=event.at if what.opened else None,
        clicked_at=event.at if what.clicked else None,
    )


def _act_on_reader(event: SesEvent, what: Verdict, matched: dict[DeliveryTag, Matched]) -> None:
    if not what.suppress and not what.unsubscribe:
        return
    known = matched.get(event.tag) if event.tag else None
    for address in _addresses([known.address] if known else event.recipients):
        if what.suppress:
            suppression.suppress([address], SuppressionReason(what.suppress), note=f"SES event {event.key[:12]}")
        if what.unsubscribe:
            subscriptions.unsubscribe_everywhere(address, Evidence(source=f"SES {event.kind}"))


def _addresses(texts: Iterable[str]) -> Iterable[Address]:
    for text in texts:
        try:
            yield normalise(text)
        except AddressError:
            continue  # a server's own spelling of somebody; the raw event keeps it
