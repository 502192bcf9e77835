"""Whose turn a pass over SES's account list is, and when the next is due: one row, claimed by one UPDATE."""

from __future__ import annotations

import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from newsletter.models import AccountListSync
from subscribers import suppression

DAY = datetime.timedelta(hours=24)
SOON = datetime.timedelta(minutes=5)  # what was cut short goes on with the next beat
LEASE = datetime.timedelta(minutes=30)  # far more than a pass takes


def take(*, if_due: bool) -> AccountListSync | None:
    """Claim the next pass. ``None``: another is under way; or, ``if_due``, it isn't due yet.

    Due is what waited for a day, what was cut short, and what was lifted since the last pass began: a reader who may be
    written to again must not wait for a day.
    """
    AccountListSync.objects.get_or_create(pk=1)
    now = timezone.now()
    free = AccountListSync.objects.filter(Q(lease_until=None) | Q(lease_until__lte=now), pk=1)
    if if_due:
        due = Q(due_at=None) | Q(due_at__lte=now)
        lifted_at = suppression.last_lifted_at()
        free = free.filter(due | Q(begun_at__lt=lifted_at) if lifted_at else due)
    return current() if free.update(begun_at=now, lease_until=now + LEASE) else None


def has_read(turn: AccountListSync) -> None:
    """The account list was read to its end, as it was when the pass began."""
    _of(turn).update(read_at=turn.begun_at)


def end(turn: AccountListSync, *, whole: bool, problem: str) -> None:
    """Give the turn back. ``whole``: nothing is left until tomorrow; else the pass goes on soon."""
    now = timezone.now()
    _of(turn).update(lease_until=None, due_at=now + (DAY if whole else SOON), problem=problem)
    if whole:
        _of(turn).update(synced_at=now)


def current() -> AccountListSync:
    """The row, or what it would be; never made here."""
    return AccountListSync.objects.filter(pk=1).first() or AccountListSync()


def _of(turn: AccountListSync) -> QuerySet[AccountListSync]:
    """Nothing, where the lease ran out and another pass has begun since."""
    return AccountListSync.objects.filter(pk=1, begun_at=turn.begun_at)
