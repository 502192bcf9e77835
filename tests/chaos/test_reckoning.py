"""What the crash test would say of ledgers and records that don't agree."""

from __future__ import annotations

from chaos.reckoning import Reckoning, Row, Taken, reckon
from newsletter.models import DeliveryState

S = DeliveryState


def row(position: int, state: DeliveryState, attempt: int = 1) -> Row:
    return Row(position, attempt, f"reader{position}@example.test", state)


def mail(position: int, attempt: int = 1) -> Taken:
    return Taken(position, attempt, f"reader{position}@example.test")


def found(rows: list[Row], mails: list[Taken], *doubts: int) -> Reckoning:
    return reckon(rows, mails, set(doubts))


def test_a_ledger_and_a_record_that_agree() -> None:
    rows = [row(1, S.ACCEPTED), row(2, S.REJECTED), row(3, S.SKIPPED), row(4, S.ACCEPTED, attempt=2)]
    reckoning = found(rows, [mail(1), mail(4, attempt=2)], 1, 2)
    assert reckoning == Reckoning(recipients=4, sandbox_messages=2, duplicates=0, lost=0, in_doubt=2, settled=2)
    assert reckoning.holds


def test_a_reader_who_got_it_twice_is_a_duplicate() -> None:
    reckoning = found([row(1, S.ACCEPTED, attempt=2)], [mail(1), mail(1, attempt=2)])
    assert (reckoning.duplicates, reckoning.lost, reckoning.holds) == (1, 0, False)


def test_two_recipients_of_one_address_are_one_reader() -> None:
    twin = Row(2, 1, "reader1@example.test", S.ACCEPTED)
    assert found([row(1, S.ACCEPTED), twin], [mail(1), Taken(2, 1, "reader1@example.test")]).duplicates == 1


def test_what_ses_never_saw_is_lost() -> None:
    assert found([row(1, S.ACCEPTED)], []).lost == 1
    assert found([row(1, S.ACCEPTED, attempt=2)], [mail(1)]).lost == 1  # it took another attempt


def test_what_is_left_open_is_lost() -> None:
    reckoning = found([row(1, S.PENDING), row(2, S.SUBMITTING)], [mail(2)])
    assert (reckoning.lost, reckoning.holds) == (2, False)


def test_a_doubt_that_is_left_is_not_settled() -> None:
    reckoning = found([row(1, S.IN_DOUBT)], [mail(1)], 1)
    assert (reckoning.in_doubt, reckoning.settled, reckoning.holds) == (1, 0, False)


def test_a_doubt_that_ended_against_the_record_is_not_settled() -> None:
    assert found([row(1, S.REJECTED)], [mail(1)], 1).settled == 0
    assert found([row(1, S.ACCEPTED)], [], 1).settled == 0
