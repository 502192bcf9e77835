"""A second bucket for each recipient domain that has one: some take only so many mails a second.

It never makes a worker wait. Where it is empty, the domain's recipients stay pending and the others go out.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from django.conf import settings
from django.db import connection

from newsletter.delivery.ledger import Pending
from newsletter.delivery.rate import LATER, NOW
from newsletter.models import DomainRate

AGAIN = 1.0  # seconds; before that, no bucket has filled by much


def choose(waiting: Sequence[Pending], most: int) -> list[Pending]:
    """Those who may be sent to now, at most ``most``, and taken from their buckets. Call it where rates are set."""
    by_domain: dict[str, list[Pending]] = {}
    free: list[Pending] = []
    for pending in waiting:
        domain = pending.address.rpartition("@")[2].lower()
        limited = domain in settings.SUDI.domain_rates
        (by_domain.setdefault(domain, []) if limited else free).append(pending)
    chosen: list[Pending] = []
    # The rare right to send to them is used first; the others fill the chunk.
    for domain, of_it in random.sample(list(by_domain.items()), len(by_domain)):
        wanted = min(len(of_it), most - len(chosen))
        chosen += of_it[: take(domain, wanted)] if wanted else []
    return sorted([*chosen, *free[: most - len(chosen)]], key=lambda pending: pending.position)


def take(domain: str, wanted: int) -> int:
    """Take from the domain's bucket: up to ``wanted`` and to a second's worth, or none at all. By GCRA, as ``rate``."""
    rate = settings.SUDI.domain_rates[domain]
    count = min(wanted, max(1, int(rate)))
    now, later = NOW[connection.vendor], LATER[connection.vendor]
    # Further away than any debt can be: the clock was set back.
    astray = f"tat > {now} + %s"
    statement = f"""
        UPDATE newsletter_domainrate
           SET tat = CASE WHEN {astray} THEN {now} ELSE {later}(tat, {now}) END + %s
         WHERE domain = %s AND (tat <= {now} OR {astray})"""
    longest = 60 + 1 / rate
    with connection.cursor() as cursor:
        cursor.execute(statement, [longest, count / rate, domain, longest])
        return count if cursor.rowcount else 0


def prepare() -> None:
    """Make the rows of all domains that have a rate."""
    DomainRate.objects.bulk_create(
        (DomainRate(domain=domain) for domain in settings.SUDI.domain_rates), ignore_conflicts=True
    )
