"""One bucket for all workers, counted in recipients: GCRA in one atomic UPDATE, on the database's clock.

It refuses, not clamps, when too many wait: a clamp lets several times the rate through.
"""

from __future__ import annotations

import threading

from django.conf import settings
from django.db import connection

from newsletter.models import SendRate

SHARE = 0.9  # of SES's quota
NOW = {"postgresql": "extract(epoch FROM clock_timestamp())::float8", "sqlite": "(julianday('now')-2440587.5)*86400.0"}
LATER = {"postgresql": "GREATEST", "sqlite": "MAX"}
SLOWEST, RECOVERY = 0.05, 1.05
AHEAD = 0.25  # seconds' worth that a worker may take at once; where that is less than a chunk, a chunk


def reserve(count: int) -> float | None:
    """Take ``count`` recipients from the bucket, and from the day. Returns the seconds to wait before sending them;
    ``None``: too many are waiting, or the day has no room for so many; nothing was taken, ask again."""
    now, later = NOW[connection.vendor], LATER[connection.vendor]
    cost = "%s / (%s * COALESCE(max_send_rate, %s) * slowdown)"
    statement = f"""
        UPDATE newsletter_sendrate
           SET tat = CASE WHEN tat > {now} + 60 THEN {now} ELSE {later}(tat, {now}) END + {cost},
               taken = taken + %s
         WHERE id = 1 AND (tat <= {now} + 5 OR tat > {now} + 60)
           AND (COALESCE(max_24_hour_send, -1) < 0
                OR COALESCE(sent_last_24_hours, 0) + taken + %s <= max_24_hour_send * %s)
        RETURNING tat - {cost} - {now}"""
    price = [float(count), SHARE, settings.SUDI.max_send_rate]
    day = [float(count), float(count), 1 - settings.SUDI.quota_reserve]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*price, *day, *price])
        rows = cursor.fetchall()
    return max(0.0, float(rows[0][0])) if rows else None


def wait(count: int, stop: threading.Event, *, most: int = 0) -> int:
    """Wait until ``count`` recipients may be sent to, or up to ``most`` of them if so many can be had at once. Returns
    how many; 0: ``stop`` was set meanwhile, or the day has no room."""
    taken = max(count, most)
    while (seconds := reserve(taken)) is None:
        if taken > count:
            taken = count
        elif room() < count or stop.wait(0.5):
            return 0
    return 0 if stop.wait(seconds) else taken


def room(row: SendRate | None = None) -> float:
    """How many more recipients campaigns may send to within the day; what confirmations need is kept from them."""
    row = row or current()
    if row.max_24_hour_send is None or row.max_24_hour_send < 0:
        return float("inf")
    return row.max_24_hour_send * (1 - settings.SUDI.quota_reserve) - (row.sent_last_24_hours or 0) - row.taken


def current() -> SendRate:
    """The one row, made where it is missing."""
    row, _ = SendRate.objects.get_or_create(pk=1)
    return row


def chunk_size(row: SendRate | None = None) -> int:
    """Recipients of one call: half a second's worth, between 1 and SES's 50."""
    return max(1, min(50, int(_quota(row or current()) / 2)))


def portion(row: SendRate) -> int:
    """Recipients that a worker takes from the bucket at once, if they are more than a chunk: asking for each chunk
    makes all workers wait for one row."""
    return int(_quota(row) * row.slowdown * AHEAD)


def _quota(row: SendRate) -> float:
    return row.max_send_rate or settings.SUDI.max_send_rate


def slow_down() -> None:
    """Halve the rate, after throttling."""
    _scale(0.5)


def recover() -> None:
    """Climb back a little; the engine calls this every tick."""
    _scale(RECOVERY)


def _scale(factor: float) -> None:
    with connection.cursor() as cursor:
        larger, smaller = ("GREATEST", "LEAST") if connection.vendor == "postgresql" else ("MAX", "MIN")
        cursor.execute(
            f"UPDATE newsletter_sendrate SET slowdown = {larger}(%s, {smaller}(1.0, slowdown * %s)) "
            "WHERE id = 1 AND (slowdown < 1.0 OR %s < 1.0)",
            [SLOWEST, factor, factor],
        )
