from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
import time_machine
from django.utils import timezone

from newsletter.delivery import campaigns, quota, rate
from newsletter.delivery.gateways import CallFailed, Failure, Quota
from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.models import Campaign, CampaignStatus, Delivery, DeliveryState, SendRate, StopCause
from tests.newsletter.delivery.making import configure, ops, run, send, sending, tick

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
    [(200, 195, False), (200, 196, True), (200, 201, True), (-1, 10**9, False), (0, 0, True)],
)
def test_whether_campaigns_have_used_up_the_day(limit: float, sent: float, used_up: bool) -> None:
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


# What campaigns do when the day is over

C = CampaignStatus
HOUR = datetime.timedelta(hours=1)


def small_day(campaign: Campaign, *, sent: float, limit: float = 200) -> Account:
    """An account with little left of its day, just read."""
    account = Account(Quota(max_send_rate=100, max_24_hour_send=limit, sent_last_24_hours=sent, sending_enabled=True))
    SendRate.objects.update(polled_at=None)
    quota.refresh(account)
    return account


def accepted(campaign: Campaign) -> int:
    return Delivery.objects.filter(campaign_id=campaign.pk, state=DeliveryState.ACCEPTED).count()


def stands(campaign: Campaign) -> tuple[str, str]:
    campaign.refresh_from_db()
    return campaign.status, campaign.cause


HELD, GOING = (C.PAUSED, StopCause.QUOTA), (C.SENDING, "")


def held() -> tuple[Campaign, Account]:
    campaign = sending(120)
    account = small_day(campaign, sent=100)
    run(campaign, account)
    return campaign, account


@pytest.mark.dialects
def test_a_campaign_stops_before_what_is_kept_for_confirmations_and_says_when_it_goes_on() -> None:
    campaign, _ = held()
    assert accepted(campaign) == 50  # one chunk; another would leave less than 4 of 200
    assert stands(campaign) == HELD
    assert "150 of 200 mails were sent within 24 hours, and 4 are kept for confirmations." in campaign.reason
    latest = timezone.now() + 24 * HOUR
    assert f"goes on by itself as the window frees, at the latest on {latest:%Y-%m-%d at %H:%M} UTC." in campaign.reason
    assert campaign.batches.get().lease_until is None


def test_the_reserve_is_settable() -> None:
    configure(quota_reserve=0.4)
    campaign = sending(120)
    run(campaign, small_day(campaign, sent=100))
    assert (accepted(campaign), stands(campaign)) == (0, HELD)


def test_it_goes_on_by_itself_when_the_window_frees_by_more_than_a_moment(clock: time_machine.Traveller) -> None:
    campaign, account = held()
    for sent, expected in ((150, HELD), (190, HELD), (147, HELD), (60, GOING)):
        account.answer = Quota(100, 200, sent, True)
        clock.shift(HOUR)
        tick(account)
        assert stands(campaign) == expected
    assert campaign.reason == ""
    assert campaign.transitions.first().user is None  # type: ignore[union-attr]
    run(campaign, account)
    assert accepted(campaign) == 120


def test_a_pause_by_a_person_does_not_end_by_itself(clock: time_machine.Traveller) -> None:
    campaign, account = held()
    campaign.refresh_from_db()
    assert campaigns.pause(campaign, ops(), "not today")
    assert (stands(campaign), campaign.reason) == ((C.PAUSED, ""), "not today")
    account.answer = Quota(100, 200, 0, True)
    clock.shift(HOUR)
    tick(account)
    assert stands(campaign) == (C.PAUSED, "")


def test_who_resumes_too_early_is_held_again() -> None:
    campaign, account = held()
    campaigns.resume(Campaign.objects.get(pk=campaign.pk), ops())
    assert stands(campaign) == GOING
    assert send(campaign, account) == 0
    assert stands(campaign) == HELD


def test_without_a_daily_quota_nobody_waits() -> None:
    campaign = sending(120)
    run(campaign, small_day(campaign, sent=10**9, limit=-1))
    assert accepted(campaign) == 120


# Where SES allows no sending


def test_a_paused_account_pauses_every_campaign_until_a_person_resumes(clock: time_machine.Traveller) -> None:
    campaigns_ = [sending(3, day=day) for day in (1, 2)]
    account = Account(LIMITED)
    clock.shift(HOUR)
    assert tick(account) == []
    for campaign in campaigns_:
        assert stands(campaign) == (C.PAUSED, StopCause.ACCOUNT)
        assert campaign.reason.startswith("SES allows this account no sending.")
    account.answer = day(limit=-1, sent=0)
    clock.shift(HOUR)
    assert tick(account) == []
    campaigns.resume(campaigns_[0], ops())
    assert tick(account) != []
    assert stands(campaigns_[0]) == GOING


def test_a_resume_asks_ses_again_and_pauses_again_where_it_says_no(clock: time_machine.Traveller) -> None:
    campaign, account = sending(3), Account(LIMITED)
    clock.shift(HOUR)
    tick(account)
    for answer, expected in ((LIMITED, (C.PAUSED, StopCause.ACCOUNT)), (day(limit=-1, sent=0), GOING)):
        account.answer = answer
        campaigns.resume(Campaign.objects.get(pk=campaign.pk), ops())
        tick(account)
        assert stands(campaign) == expected
