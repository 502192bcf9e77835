"""The only writer of suppressions, and of what SES's account list is told of them."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Iterable, Mapping

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from subscribers.addresses import Address
from subscribers.models import LiftedSuppression, Suppression, SuppressionReason

AT_ONCE = 500  # rows of one statement


def suppress(addresses: Iterable[Address], reason: SuppressionReason, note: str = "") -> int:
    """Suppress the addresses; one that already is keeps its first reason. Returns how many were given."""
    return suppress_each((address, reason, note) for address in addresses)


def suppress_each(given: Iterable[tuple[Address, SuppressionReason, str]]) -> int:
    """The same, each with a reason and a note of its own; of two about one address the first counts."""
    rows = [
        Suppression(address_hash=address.hash, email=address.email, reason=reason, note=note[:500])
        for address, reason, note in given
    ]
    if not rows:
        return 0
    with transaction.atomic(savepoint=False):
        _insert(rows)
        for start in range(0, len(rows), AT_ONCE):
            hashes = [row.address_hash for row in rows[start : start + AT_ONCE]]
            LiftedSuppression.objects.filter(address_hash__in=hashes).delete()
    return len(rows)


def unsuppress(addresses: Iterable[Address]) -> int:
    """Lift the suppressions of the addresses, and remember that SES must be told. Returns how many there were."""
    given = {address.hash: address.email for address in addresses}
    with transaction.atomic():
        # In one order, as they are made.
        suppressed = Suppression.objects.select_for_update().filter(address_hash__in=given).order_by("address_hash")
        rows = list(suppressed)
        Suppression.objects.filter(pk__in=[row.pk for row in rows]).delete()
        lifted = [
            LiftedSuppression(address_hash=row.address_hash, email=row.email or given[row.address_hash]) for row in rows
        ]
        LiftedSuppression.objects.bulk_create(lifted, ignore_conflicts=True, batch_size=AT_ONCE)
    return len(rows)


def is_suppressed(address: Address) -> bool:
    return Suppression.objects.filter(address_hash=address.hash).exists()


def take_over(listed: Mapping[Address, SuppressionReason], *, note: str, but: Collection[uuid.UUID] = ()) -> int:
    """Suppress what SES's account list names; one that already is keeps its reason. Returns how many are new.

    Nobody is suppressed again who is lifted here and of whom SES has yet to be told, nor whose hash is in ``but``.
    """
    by_hash = {address.hash: address for address in listed if address.hash not in but}
    now = timezone.now()
    with transaction.atomic():
        known = set(_of(by_hash).values_list("address_hash", flat=True))
        rows = [
            Suppression(address_hash=hash_, email=address.email, reason=listed[address], note=note, known_to_ses_at=now)
            for hash_, address in by_hash.items()
            if hash_ not in known
        ]
        _insert(rows)
        lifted = _leave_lifted(by_hash, inserted={row.address_hash for row in rows})
        _of(by_hash).filter(known_to_ses_at=None).update(known_to_ses_at=now)
    return len(rows) - len(lifted)


def _leave_lifted(by_hash: Mapping[uuid.UUID, Address], *, inserted: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Take back those that were inserted although they are lifted; returns them. Asked only after the insert, which
    waits for whoever is just lifting one. An address that an erasure took from us is known again, for SES to be told.
    """
    lifted = {row.address_hash: row for row in LiftedSuppression.objects.filter(address_hash__in=by_hash)}
    taken_back = lifted.keys() & inserted
    _of(taken_back).delete()
    for hash_, row in lifted.items():
        if not row.email:
            LiftedSuppression.objects.filter(pk=row.pk).update(email=by_hash[hash_].email)
    return taken_back


def unknown_to_ses(reasons: Collection[SuppressionReason], most: int | None = None) -> list[Suppression]:
    """What SES must be told of those reasons, the newest first. Who has been erased can't be named."""
    return list(_unknown(reasons).order_by("-pk")[:most])


def told(row: Suppression) -> None:
    """SES knows it now."""
    Suppression.objects.filter(pk=row.pk).update(known_to_ses_at=timezone.now())


def lifted_unknown_to_ses(most: int | None = None) -> list[LiftedSuppression]:
    """What was lifted and SES must be told of, the newest first."""
    return list(_lifted().order_by("-pk")[:most])


def lift_told(row: LiftedSuppression) -> None:
    """SES knows it now. By its key, for it may have been suppressed and lifted again meanwhile."""
    LiftedSuppression.objects.filter(pk=row.pk).delete()


def count_unknown_to_ses(reasons: Collection[SuppressionReason]) -> int:
    """How many SES must be told of, suppressed and lifted."""
    return _unknown(reasons).count() + _lifted().count()


def last_lifted_at() -> datetime.datetime | None:
    """When the newest of what SES must still be told was lifted."""
    return _lifted().order_by("-lifted_at").values_list("lifted_at", flat=True).first()


def _insert(rows: list[Suppression]) -> None:
    # In one order, so that two who suppress the same people don't wait for each other.
    rows.sort(key=lambda row: row.address_hash)
    Suppression.objects.bulk_create(rows, ignore_conflicts=True, batch_size=AT_ONCE)


def _of(hashes: Iterable[uuid.UUID]) -> QuerySet[Suppression]:
    return Suppression.objects.filter(address_hash__in=list(hashes))


def _unknown(reasons: Collection[SuppressionReason]) -> QuerySet[Suppression]:
    return Suppression.objects.filter(known_to_ses_at=None, reason__in=reasons).exclude(email="")


def _lifted() -> QuerySet[LiftedSuppression]:
    return LiftedSuppression.objects.exclude(email="")
