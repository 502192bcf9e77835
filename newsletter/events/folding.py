"""From events to the ledger: what they say, gathered by attempt, and written campaign by campaign."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from newsletter.delivery import feedback
from newsletter.delivery.feedback import Feedback, Matched
from newsletter.events import clicks, scanners
from newsletter.events.ses_event import EventKind, SesEvent
from newsletter.events.stored import Stored
from newsletter.events.tags import DeliveryTag
from newsletter.events.verdicts import BY_KIND, LedgerState, Outcome, Verdict, verdict
from newsletter.models import BounceClass

Said = dict[int, dict[DeliveryTag, Feedback]]
Times = Mapping[DeliveryTag, datetime.datetime | None]


def fold(plain: Iterable[Stored], told: Iterable[SesEvent]) -> dict[DeliveryTag, Matched]:
    """Write all that the events say of deliveries; returns which deliveries' current attempts they were about."""
    said: Said = {}
    for row in plain:
        if tag := row.tag:
            _add(said, tag, _plain(tag, row))
    events = [(event, tag) for event in told if (tag := event.tag)]
    by_people = clicks.by_people({tag for event, tag in events if event.kind is EventKind.CLICK})
    for event, tag in events:
        _add(said, tag, _feedback(tag, event, verdict(event), by_people))
    matched: dict[DeliveryTag, Matched] = {}
    for campaign_id, by_tag in sorted(said.items()):
        for together in _without_repeats(by_tag):
            attempts = {each.position: each.attempt for each in together}
            for found in feedback.fold(campaign_id, together):
                matched[DeliveryTag(campaign_id, found.position, attempts[found.position])] = found
    return matched


def _add(said: Said, tag: DeliveryTag, each: Feedback) -> None:
    by_tag = said.setdefault(tag.campaign, {})
    before = by_tag.get(tag)
    by_tag[tag] = before.and_(each) if before else each


def _without_repeats(by_tag: dict[DeliveryTag, Feedback]) -> list[list[Feedback]]:
    """Runs in which no position stands twice (two attempts at one delivery), since a statement updates a row once; in
    order of positions, so that two engines lock rows in the same order."""
    runs: list[list[Feedback]] = []
    for tag in sorted(by_tag):
        run = next((run for run in runs if run[-1].position != tag.position), None)
        if run is None:
            run = []
            runs.append(run)
        run.append(by_tag[tag])
    return runs


_ACCEPTED = {kind.value: each.ledger is LedgerState.ACCEPTED for kind, each in BY_KIND.items()}
_DELIVERED = {kind.value: each.outcome is Outcome.DELIVERED for kind, each in BY_KIND.items()}


def _plain(tag: DeliveryTag, row: Stored) -> Feedback:
    at = row.at if _DELIVERED[row.kind] else None
    return Feedback(tag.position, tag.attempt, row.message_id, _ACCEPTED[row.kind], None, at)


def _feedback(tag: DeliveryTag, event: SesEvent, what: Verdict, by_people: Times) -> Feedback:
    bounced = what.outcome is Outcome.BOUNCED
    person = what.opened and not scanners.is_machine(event.user_agent)
    return Feedback(
        position=tag.position,
        attempt=tag.attempt,
        message_id=event.message_id,
        accepted=what.ledger is LedgerState.ACCEPTED,
        rejected=event.kind.upper() if what.ledger is LedgerState.REJECTED else None,
        delivered_at=event.at if what.outcome is Outcome.DELIVERED else None,
        bounced_at=event.at if bounced else None,
        bounce_class=BounceClass(what.bounce_class) if bounced and what.bounce_class else None,
        complained_at=event.at if what.complained else None,
        opened_at=event.at if what.opened else None,
        clicked_at=event.at if what.clicked else None,
        person_opened_at=event.at if person else None,
        person_clicked_at=by_people.get(tag) if what.clicked else None,
    )
