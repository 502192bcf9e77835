"""The queue of posts to the hook. A row stays until the hook has answered, so nothing is lost on a restart."""

import uuid
from dataclasses import dataclass

from sandbox.clock import now_ms
from sandbox.database import Database
from sandbox.fates import Kind

_FIRST_RETRY_MS, _LAST_RETRY_MS = 250, 10_000
_CONTROL = (Kind.CONFIRM_SUBSCRIPTION, Kind.VALIDATED)


@dataclass(frozen=True, slots=True)
class Post:
    """One row: what to post, when it was due first (``at``, the event's time), how often it was tried."""

    number: int
    at: int
    attempts: int
    message: int | None
    kind: Kind
    detail: str | None

    @property
    def is_control(self) -> bool:
        """Whether the topic's later messages wait for this one."""
        return self.kind in _CONTROL


class Outbox:
    """What the poster takes from the store, and what it writes back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_topic(self, hook: str, topic_arn: str) -> str:
        """Queues the first two messages of a topic once for each hook; gives the store's own identity."""
        subscription = f"{topic_arn} {hook}"
        with self._database.writing() as db:
            db.execute("INSERT OR IGNORE INTO meta VALUES ('identity', ?)", (str(uuid.uuid4()),))
            if not db.execute("SELECT 1 FROM meta WHERE name = 'hook' AND value = ?", (subscription,)).fetchone():
                db.execute("REPLACE INTO meta VALUES ('hook', ?)", (subscription,))
                rows = [(0, now_ms(), kind.value) for kind in _CONTROL]
                db.executemany("INSERT INTO outbox (due, at, kind) VALUES (?, ?, ?)", rows)
            identity: str = db.execute("SELECT value FROM meta WHERE name = 'identity'").fetchone()[0]
        return identity

    def due(self, limit: int) -> list[Post]:
        """What is to be posted now, oldest first; only the topic's first messages while they wait."""
        rows = self._database.reading.execute(
            "SELECT seq, at, attempts, message, kind, detail FROM outbox WHERE due <= ? ORDER BY due, seq LIMIT ?",
            (now_ms(), limit),
        )
        posts = [Post(seq, at, tries, message, Kind(kind), detail) for seq, at, tries, message, kind, detail in rows]
        return [post for post in posts if post.is_control] or posts

    def settle(self, *, posted: list[Post], dropped: list[Post], failed: list[Post]) -> None:
        """Writes the outcome of one round: what was answered leaves, what failed comes back later."""
        now = now_ms()
        again = [(now + backoff_ms(post.attempts), post.number) for post in failed]
        counts = {"posted": len(posted), "dropped": len(dropped), "retried": len(failed)}
        with self._database.writing() as db:
            db.executemany("DELETE FROM outbox WHERE seq = ?", [(post.number,) for post in (*posted, *dropped)])
            db.executemany("UPDATE outbox SET due = ?, attempts = attempts + 1 WHERE seq = ?", again)
            db.executemany(
                "INSERT INTO counter VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
                [(name, count) for name, count in counts.items() if count],
            )

    def counts(self) -> dict[str, int]:
        """Posts that wait, and those that were posted, dropped (answered 4xx) and tried again."""
        (queued,) = self._database.reading.execute("SELECT count(*) FROM outbox").fetchone()
        counted = dict(self._database.reading.execute("SELECT name, value FROM counter").fetchall())
        return {"queued": queued, **{name: counted.get(name, 0) for name in ("posted", "dropped", "retried")}}


def backoff_ms(attempts: int) -> int:
    """A quarter of a second, doubled each time, up to ten seconds."""
    return int(min(_LAST_RETRY_MS, _FIRST_RETRY_MS * 2 ** min(attempts, 10)))
