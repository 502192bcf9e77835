"""Applying stored events, in bulk: the ledger first, then the readers whom they concern. Repeats are harmless."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from newsletter.delivery import faults, traces
from newsletter.delivery.feedback import Matched
from newsletter.events import folding, readers, soft_bounces, stored
from newsletter.events.parsing import parse_stored
from newsletter.events.ses_event import EventKind, SesEvent
from newsletter.events.soft_bounces import Bounced
from newsletter.events.stored import PLAIN, Stored
from newsletter.events.tags import DeliveryTag
from newsletter.events.verdicts import verdict
from newsletter.models import DeliveryEvent

# Events of one transaction: as many as take some 50 ms, for that is how long SQLite's writers may wait.
SOME = {"postgresql": 2000, "sqlite": 500}
# That these come of a call proves that whatever SES took before it has been told of as well.
PROOF = frozenset(kind.value for kind in (EventKind.SEND, EventKind.DELIVERY))


def apply_pending(most: int = 20_000) -> int:
    """Apply what has been stored and not yet applied, in runs of one short transaction each; at most ``most``. Then
    try again some of what matched nothing.

    Returns how many events were applied.
    """
    applied, traced = 0, []
    while applied < most and (run := _apply_some()).count:
        applied += run.count
        traced.append(run.traced_at)
        faults.at("applied")
    again = _try_again()
    traces.seen(max((at for at in [*traced, again.traced_at] if at), default=None))
    return applied + again.count


@dataclasses.dataclass(frozen=True, slots=True)
class _Run:
    """``traced_at``: when the latest call was made that one of the events tells of."""

    count: int
    traced_at: datetime.datetime | None


def _apply_some() -> _Run:
    # By what the index has and no more: a tie-break would sort all that waits, once for each run.
    return _apply(DeliveryEvent.objects.filter(applied_at=None).order_by("received_at"))


def _try_again() -> _Run:
    """What matched nothing may match later: a campaign restored from a backup, an answer that was slow."""
    return _apply(DeliveryEvent.objects.filter(retry_at__lte=timezone.now()).order_by("retry_at"), again=True)


@transaction.atomic
def _apply(waiting: QuerySet[DeliveryEvent], *, again: bool = False) -> _Run:
    rows = stored.take(waiting, SOME[connection.vendor])
    plain = [row for row in rows if row.kind in PLAIN]
    told = [parse_stored(row.raw, row.key) for row in rows if row.kind not in PLAIN]
    matched = folding.fold(plain, told)
    # Told once already: who has come back since must not be sent away for it.
    readers.act([event for event in told if not again or event.tag in matched], matched)
    soft_bounces.count(_soft(told, matched))
    if rows:
        faults.at("applying")
    stored.leave(rows, {row.key for row in rows if (tag := row.tag) and tag not in matched})
    return _Run(len(rows), max(_traced(plain, matched), default=None))


def _traced(plain: Iterable[Stored], matched: Mapping[DeliveryTag, Matched]) -> Iterable[datetime.datetime]:
    for row in plain:
        found = matched.get(tag) if row.kind in PROOF and (tag := row.tag) else None
        if found and found.submitted_at:
            yield found.submitted_at


def _soft(told: Sequence[SesEvent], matched: Mapping[DeliveryTag, Matched]) -> list[Bounced]:
    """Mails of ours that bounced softly. What came without a tag is of another mail, or comes with one as well."""
    tagged = ((event, event.tag) for event in told if event.tag and verdict(event).counts_as_soft_bounce)
    return [
        Bounced(matched[tag].subscriber_id, matched[tag].address, f"{tag.campaign}-{tag.position}", event.at)
        for event, tag in tagged
        if tag in matched
    ]
