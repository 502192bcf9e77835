"""Every move that a delivery makes, written down by the database itself, and which of them the state table allows."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from newsletter.models import DeliveryState

S = DeliveryState
ALLOWED = {
    S.PENDING: {S.SUBMITTING, S.SKIPPED, S.ACCEPTED, S.REJECTED},
    S.SUBMITTING: {S.ACCEPTED, S.REJECTED, S.PENDING, S.IN_DOUBT},
    S.ACCEPTED: {S.REJECTED},
    S.REJECTED: {S.ACCEPTED},  # found a trace after all; nobody resends here
    S.IN_DOUBT: {S.ACCEPTED, S.REJECTED, S.PENDING},
    S.SKIPPED: set(),
}
TABLE = "CREATE TABLE chaos_move (position integer, attempt integer, before integer, after integer)"
NOTE = "INSERT INTO chaos_move VALUES (NEW.position, NEW.attempt, OLD.state, NEW.state);"
WHEN = "AFTER UPDATE ON newsletter_delivery FOR EACH ROW WHEN (NEW.state <> OLD.state)"
SQLITE = [TABLE, f"CREATE TRIGGER chaos_note {WHEN} BEGIN {NOTE} END"]
POSTGRESQL = [
    TABLE,
    f"CREATE FUNCTION chaos_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {NOTE} RETURN NEW; END $$",
    f"CREATE TRIGGER chaos_note {WHEN} EXECUTE FUNCTION chaos_note()",
]


def watch() -> None:
    """Have the database note every move from now on."""
    with connection.cursor() as cursor:
        for statement in POSTGRESQL if connection.vendor == "postgresql" else SQLITE:
            cursor.execute(statement)


def ever_in_doubt() -> set[int]:
    """The positions of the deliveries that were in doubt, however shortly."""
    return {position for position, after in _rows("SELECT DISTINCT position, after FROM chaos_move") if after == 4}


def made() -> set[tuple[DeliveryState, DeliveryState]]:
    """The moves that were made, each by its ends."""
    return {(S(before), S(after)) for before, after in _rows("SELECT DISTINCT before, after FROM chaos_move")}


def forbidden() -> list[str]:
    """The moves that the state table doesn't have, and how often each was made."""
    made = _rows("SELECT before, after, COUNT(*) FROM chaos_move GROUP BY before, after")
    return [f"{S(a).name} to {S(b).name}: {count}" for a, b, count in made if S(b) not in ALLOWED[S(a)]]


def _rows(statement: str) -> Iterable[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows: list[tuple[int, ...]] = cursor.fetchall()
    return rows
