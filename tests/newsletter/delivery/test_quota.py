from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
import time_machine
from django.utils import timezone

from newsletter.delivery import quota, rate
from newsletter.delivery.gateways import CallFailed, Failure, Quota
from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.models import SendRate

pytestmark = pytest.mark.usefixtures("installation")
SECOND = datetime.timedelta(seconds=1)


class Account(MemoryGateway):
    """Counts the questions; answers what it is told to, or fails."""

    def __init__(self, answer: Quota | CallFailed) -> None:
        super().__init__()
        self.answer, self.asked = answer, 0

    def quota(self) -> Quota:
        self.asked += 1
        if isinstance(self.answer, CallFailed):
            raise self.answer
        return self.answer


def day(*, limit: float, sent: float) -> Quota:
    return Quota(max_send_rate=14, max_24_hour_send=limit, sent_last_24_hours=sent, sending_enabled=True)


LIMITED = Quota(max_send_rate=14, max_24_hour_send=50_000, sent_last_24_hours=12, sending_enabled=False)
NOBODY = CallFailed(Failure.NOT_SENT, "EndpointConnectionError", "nobody there")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def test_the_account_is_read_into_the_one_row() -> None:
    assert quota.refresh(Account(LIMITED))
    row = SendRate.objects.get()
    assert (row.max_send_rate, row.max_24_hour_send, row.sent_last_24_hours) == (14, 50_000, 12)
    assert (row.sending_enabled, row.polled_at, row.problem) == (False, timezone.now(), "")
    assert rate.chunk_size() == 7


def test_it_is_read_once_a_minute(clock: time_machine.Traveller) -> None:
    account = Account(LIMITED)
    assert quota.refresh(account)
    clock.shift(59 * SECOND)
    assert not quota.refresh(account)
    clock.shift(SECOND)
    assert quota.refresh(account)
    assert account.asked == 2


def test_where_it_fails_the_last_known_quota_stays_and_the_reason_shows(clock: time_machine.Traveller) -> None:
    quota.refresh(Account(LIMITED))
    clock.shift(60 * SECOND)
    account = Account(NOBODY)
    assert quota.refresh(account)
    assert not quota.refresh(account)  # not at every tick
    row = SendRate.objects.get()
    assert (row.max_send_rate, row.problem) == (14, "EndpointConnectionError: nobody there")
    clock.shift(60 * SECOND)
    quota.refresh(Account(LIMITED))
    assert SendRate.objects.get().problem == ""


@pytest.mark.parametrize(
    ("limit", "sent", "used_up"),
    [(200, 199, False), (200, 200, True), (200, 201, True), (-1, 10**9, False), (0, 0, True)],
)
def test_whether_the_day_is_used_up(limit: float, sent: float, used_up: bool) -> None:
    assert quota.used_up(Account(day(limit=limit, sent=sent))) is used_up


def test_an_unknown_day_is_not_used_up() -> None:
    assert not quota.used_up(Account(NOBODY))


def test_many_throttled_workers_ask_once(clock: time_machine.Traveller) -> None:
    account = Account(day(limit=200, sent=200))
    assert [quota.used_up(account) for _ in range(8)] == [True] * 8
    assert account.asked == 1
    clock.shift(quota.FRESH * SECOND)
    account.answer = day(limit=200, sent=150)
    assert not quota.used_up(account)
