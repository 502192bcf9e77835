"""The only writer of suppressions."""

from __future__ import annotations

from collections.abc import Iterable

from subscribers.addresses import Address
from subscribers.models import Suppression, SuppressionReason


def suppress(addresses: Iterable[Address], reason: SuppressionReason, note: str = "") -> int:
    """Suppress the addresses; one that already is keeps its first reason. Returns how many were given."""
    return suppress_each((address, reason, note) for address in addresses)


def suppress_each(given: Iterable[tuple[Address, SuppressionReason, str]]) -> int:
    """The same, each with a reason and a note of its own; of two about one address the first counts."""
    rows = [
        Suppression(address_hash=address.hash, email=address.email, reason=reason, note=note[:500])
        for address, reason, note in given
    ]
    # In one order, so that two who suppress the same people don't wait for each other.
    rows.sort(key=lambda row: row.address_hash)
    Suppression.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def unsuppress(addresses: Iterable[Address]) -> int:
    """Lift the suppressions of the addresses. Returns how many there were."""
    deleted, _ = Suppression.objects.filter(address_hash__in=[address.hash for address in addresses]).delete()
    return deleted


def is_suppressed(address: Address) -> bool:
    return Suppression.objects.filter(address_hash=address.hash).exists()
