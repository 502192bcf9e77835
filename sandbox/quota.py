"""The account's send rate and daily quota, both counted in recipients ("Service quotas in Amazon SES")."""

import threading
import time
from collections import deque

from sandbox.clock import now_ms
from sandbox.database import Database
from sandbox.errors import throttled

_DAY_MS = 24 * 3600 * 1000


class Quota:
    """A bucket that holds one second of the rate, and a count of the last 24 hours."""

    def __init__(self, database: Database) -> None:
        self._lock = threading.Lock()
        self._level = float("inf")  # full, whatever the rate turns out to be
        self._filled_at = time.monotonic()
        rows = database.reading.execute(
            "SELECT at, recipients FROM call WHERE at > ? ORDER BY at", (now_ms() - _DAY_MS,)
        )
        self._sent: deque[tuple[int, int]] = deque(rows.fetchall())
        self._sent_total = sum(recipients for _, recipients in self._sent)

    def take_rate(self, recipients: int, rate: float) -> None:
        """Takes from the bucket or refuses the whole call. A call larger than the bucket needs a full one."""
        capacity = max(rate, 1.0)
        with self._lock:
            now = time.monotonic()
            self._level = min(capacity, self._level + (now - self._filled_at) * rate)
            self._filled_at = now
            if self._level < min(recipients, capacity * 0.999):
                raise throttled("Maximum sending rate exceeded.")
            self._level -= recipients

    def take_daily(self, recipients: list[int], quota: float) -> int:
        """How many of a call's messages, each with its recipients, still fit; refuses the call when none does.

        SES does not say what it does with a call that goes over. Here the messages that fit are accepted, the others
        get ACCOUNT_DAILY_QUOTA_EXCEEDED, and the next call is refused whole: GetAccount then shows the quota used up.
        """
        with self._lock:
            left = float("inf") if quota < 0 else quota - self._last_24_hours()
            fitting = 0
            for count in recipients:
                left -= count
                if left < 0:
                    break
                fitting += 1
            if not fitting:
                raise throttled("Daily message quota exceeded.")
            total = sum(recipients[:fitting])
            self._sent.append((now_ms(), total))
            self._sent_total += total
            return fitting

    def sent_last_24_hours(self) -> int:
        """What GetAccount reports."""
        with self._lock:
            return self._last_24_hours()

    def forget(self) -> None:
        """The inbox was emptied, and what was sent with it."""
        with self._lock:
            self._sent.clear()
            self._sent_total = 0
            self._level = float("inf")

    def _last_24_hours(self) -> int:
        oldest = now_ms() - _DAY_MS
        while self._sent and self._sent[0][0] <= oldest:
            self._sent_total -= self._sent.popleft()[1]
        return self._sent_total
