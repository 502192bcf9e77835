from __future__ import annotations

import threading
import time

import pytest
from django.db import connection

from newsletter.delivery import rate
from newsletter.models import SendRate
from tests.newsletter.delivery.making import configure, never
from tests.newsletter.delivery.threads import at_once

pytestmark = [pytest.mark.dialects, pytest.mark.usefixtures("installation")]


def quota(recipients_a_second: float | None) -> None:
    rate.current()
    SendRate.objects.update(max_send_rate=recipients_a_second, tat=0, slowdown=1.0)


def now() -> float:
    """The database's clock, which is the one that counts."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {rate.NOW[connection.vendor]}")
        return float(cursor.fetchone()[0])


def test_the_first_goes_at_once_and_the_next_waits_its_turn() -> None:
    quota(10)
    assert rate.reserve(9) == 0.0
    seconds = rate.reserve(9)
    assert seconds is not None
    assert 0.5 < seconds <= 1.0  # nine recipients at nine a second, less what has passed


def test_when_too_many_wait_it_refuses_and_takes_nothing() -> None:
    quota(10)
    taken = 0
    while rate.reserve(9) is not None:
        taken += 1
    before = SendRate.objects.get().tat
    assert rate.reserve(1) is None
    assert SendRate.objects.get().tat == before
    assert 6 <= taken <= 8  # five seconds' worth may wait


def test_a_bucket_that_lies_far_in_the_future_is_a_clock_that_stepped_back() -> None:
    quota(10)
    SendRate.objects.update(tat=now() + 3600)
    assert rate.reserve(9) == 0.0
    assert SendRate.objects.get().tat < now() + 2


def test_unused_time_is_not_saved_up() -> None:
    quota(10)
    SendRate.objects.update(tat=now() - 3600)
    assert rate.reserve(9) == 0.0
    assert (rate.reserve(9) or 0) > 0.5


def test_an_unknown_quota_is_the_configured_rate() -> None:
    configure(max_send_rate=1.0)
    quota(None)
    rate.reserve(1)
    seconds = rate.reserve(1)
    assert seconds is not None
    assert 0.5 < seconds <= 1.12  # one recipient at nine tenths of one a second
    assert rate.chunk_size() == 1


@pytest.mark.parametrize(("known", "size"), [(0.5, 1), (1, 1), (14, 7), (99, 49), (100, 50), (10_000, 50)])
def test_a_chunk_is_half_a_seconds_worth(known: float, size: int) -> None:
    quota(known)
    assert rate.chunk_size() == size


@pytest.mark.django_db(transaction=True)
def test_workers_together_stay_within_the_rate() -> None:
    """Counted, not timed: the bucket's time moves on by the price of everything that four workers took."""
    quota(2000)
    begun = now()

    def worker() -> int:
        return sum(5 for _ in range(40) if rate.reserve(5) is not None)

    taken = sum(at_once(*[worker] * 4))
    until = SendRate.objects.get().tat
    assert taken == 800
    assert until - begun >= taken / (2000 * rate.SHARE) - 0.05
    assert until <= now() + 5 + 5 / (2000 * rate.SHARE)


@pytest.mark.django_db(transaction=True)
def test_workers_together_are_refused_together() -> None:
    quota(10)

    def worker() -> int:
        return sum(rate.reserve(3) is not None for _ in range(20))

    begun = now()
    taken = 3 * sum(at_once(*[worker] * 4))
    assert taken <= (now() - begun + 5) * 10 * rate.SHARE + 2 * 3


def test_waiting_ends_when_the_worker_is_asked_to_stop() -> None:
    quota(0.1)
    stop = threading.Event()
    assert rate.wait(1, never)
    stop.set()
    begun = time.monotonic()
    assert not rate.wait(1, stop)  # it would be ten seconds
    assert time.monotonic() - begun < 5


def test_more_than_one_chunk_is_taken_at_once_where_that_is_to_be_had() -> None:
    quota(1000)
    assert rate.wait(50, never, most=200) == 200
    assert SendRate.objects.get().taken == 200


def test_no_more_than_a_chunk_is_taken_where_more_would_be_refused() -> None:
    quota(1000)
    SendRate.objects.update(max_24_hour_send=100)
    assert rate.wait(50, never, most=200) == 50


@pytest.mark.parametrize(("known", "slowdown", "portion"), [(14, 1.0, 3), (1000, 1.0, 250), (1000, 0.5, 125)])
def test_a_worker_takes_a_quarter_of_a_second_at_once(known: float, slowdown: float, portion: int) -> None:
    quota(known)
    SendRate.objects.update(slowdown=slowdown)
    assert rate.portion(rate.current()) == portion


def test_throttling_halves_down_to_a_floor_and_ticks_climb_back_to_all() -> None:
    quota(100)
    rate.slow_down()
    assert SendRate.objects.get().slowdown == pytest.approx(0.5)
    for _ in range(10):
        rate.slow_down()
    assert SendRate.objects.get().slowdown == rate.SLOWEST
    rate.recover()
    assert SendRate.objects.get().slowdown == pytest.approx(rate.SLOWEST * rate.RECOVERY)
    for _ in range(100):
        rate.recover()
    assert SendRate.objects.get().slowdown == 1.0


def test_a_rate_that_is_whole_is_not_written_at_every_tick(statements: list[str]) -> None:
    quota(100)
    rate.recover()
    assert SendRate.objects.get().slowdown == 1.0


def test_a_lowered_rate_costs_more() -> None:
    quota(100)
    SendRate.objects.update(slowdown=0.5)
    rate.reserve(45)
    assert 0.5 < (rate.reserve(45) or 0) <= 1.0


def test_there_is_one_row_however_often_it_is_asked_for() -> None:
    SendRate.objects.all().delete()
    assert rate.current().pk == rate.current().pk == 1
