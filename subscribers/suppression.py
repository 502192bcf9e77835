"""The only writer of suppressions."""

from __future__ import annotations

from collections.abc import Iterable

from subscribers.addresses import Address
from subscribers.models import Suppression, SuppressionReason


def suppress(addresses: Iterable[Address], reason: SuppressionReason, note: str = "") -> int:
    """Suppress the addresses; one that already is keeps its first reason. Returns how many were given."""
    rows = [
        Suppression(address_hash=address.hash, email=address.email, reason=reason, note=note[:500])
        for address in addresses
    ]
    Suppression.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def unsuppress(addresses: Iterable[Address]) -> int:
    """Lift the suppressions of the addresses. Returns how many there were."""
    deleted, _ = Suppression.objects.filter(address_hash__in=[address.hash for address in addresses]).delete()
    return deleted


def is_suppressed(address: Address) -> bool:
    return Suppression.objects.filter(address_hash=address.hash).exists()
