"""An address that keeps bouncing softly is given up, and one that takes a mail now and then is not."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from newsletter.events import applying, door
from newsletter.models import Campaign, Delivery, DeliveryEvent, DeliveryState
from subscribers import suppression
from subscribers.addresses import normalise
from subscribers.models import SoftBounce, Subscriber, Suppression
from tests.newsletter.delivery.making import delivery, sending
from tests.newsletter.events.telling import told

pytestmark = [pytest.mark.dialects, pytest.mark.usefixtures("installation")]
S = DeliveryState
DAYS = (1, 2, 8, 12, 15)  # five mails, two weeks from first to last


@pytest.fixture
def mails() -> list[Delivery]:
    """Seven campaigns' mails to one reader, each taken by SES."""
    campaign = sending(1)
    Delivery.objects.filter(campaign_id=campaign.pk).update(state=S.ACCEPTED, attempt=1)
    row = delivery(campaign)
    others = [Delivery(**{**_fields(row), "campaign_id": campaign.pk + 1000 * number}) for number in range(1, 7)]
    return [row, *Delivery.objects.bulk_create(others)]


def _fields(row: Delivery) -> dict[str, Any]:
    names = ("position", "subscriber_id", "address", "state", "attempt")
    return {name: getattr(row, name) for name in names}


def soft(row: Delivery, day: int, kind: str = "Transient", subtype: str = "General") -> str:
    at = f"2026-07-{day:02d}T12:00:00.000Z"
    return told("Bounce", row, bounceType=kind, bounceSubType=subtype, timestamp=at)


def delivered(row: Delivery, day: int) -> str:
    return told("Delivery", row, timestamp=f"2026-07-{day:02d}T12:00:00.000Z")


def apply(*texts: str) -> None:
    door.store(list(texts))
    applying.apply_pending()


def given_up() -> bool:
    return Suppression.objects.filter(reason="soft_bounce").exists()


def five(mails: list[Delivery]) -> list[str]:
    return [soft(row, day) for row, day in zip(mails, DAYS, strict=False)]


@pytest.mark.parametrize(
    ("kind", "subtype"),
    [
        ("Transient", "General"),
        ("Transient", "MailboxFull"),
        ("Transient", "CustomTimeoutExceeded"),
        ("Undetermined", "Undetermined"),
    ],
)
def test_five_in_a_row_over_two_weeks_are_enough(mails: list[Delivery], kind: str, subtype: str) -> None:
    texts = [soft(row, day, kind, subtype) for row, day in zip(mails, DAYS, strict=False)]
    for text in texts[:4]:
        apply(text)
    assert not given_up()
    apply(texts[4])
    assert suppression.is_suppressed(normalise(mails[0].address))
    assert not SoftBounce.objects.exists()


@pytest.mark.parametrize("days", [(1, 2, 3, 4, 14), (1, 5, 10, 20)])
def test_fewer_or_in_less_time_are_not(mails: list[Delivery], days: tuple[int, ...]) -> None:
    apply(*(soft(row, day) for row, day in zip(mails, days, strict=False)))
    assert not given_up()


@pytest.mark.parametrize("subtype", ["MessageTooLarge", "ContentRejected", "AttachmentRejected"])
def test_what_was_our_contents_fault_is_never_the_readers(mails: list[Delivery], subtype: str) -> None:
    apply(*(soft(row, day, subtype=subtype) for row, day in zip(mails, DAYS, strict=False)))
    assert not given_up()
    assert not SoftBounce.objects.exists()


@pytest.mark.parametrize("seed", range(8))
def test_a_delivery_between_begins_anew_in_whatever_order_it_is_told(mails: list[Delivery], seed: int) -> None:
    texts = [*five(mails)[:4], delivered(mails[5], 10)]
    random.Random(seed).shuffle(texts)
    for text in texts:
        apply(text)
    apply(five(mails)[4])
    assert not given_up()
    assert SoftBounce.objects.count() == 2  # of the days after


def test_a_mail_that_was_delivered_in_the_end_is_no_bounce(mails: list[Delivery]) -> None:
    for order in itertools.permutations([delivered(mails[4], 14), *five(mails)[3:]]):
        apply(*order)
    apply(*five(mails))
    assert not given_up()


def test_all_told_at_once_is_the_same(mails: list[Delivery]) -> None:
    apply(*reversed(five(mails)))
    assert given_up()


def test_one_mail_counts_once_however_often_it_is_told(mails: list[Delivery]) -> None:
    for day in DAYS:
        apply(soft(mails[0], day))
    DeliveryEvent.objects.update(applied_at=None)
    apply(*five(mails)[:4])
    assert not given_up()
    assert SoftBounce.objects.count() == 4


def test_who_was_erased_is_not_counted(mails: list[Delivery]) -> None:
    Subscriber.objects.all().delete()
    apply(*five(mails))
    assert not SoftBounce.objects.exists()
    assert not given_up()


def test_who_is_unsuppressed_begins_anew(mails: list[Delivery]) -> None:
    apply(*five(mails))
    suppression.unsuppress([normalise(mails[0].address)])
    apply(soft(mails[5], 16))
    assert not given_up()


def test_deliveries_ask_for_nothing(mails: list[Delivery], statements: list[str]) -> None:
    apply(delivered(mails[0], 3))
    assert not [sql for sql in statements if "softbounce" in sql]


def test_each_reader_is_counted_alone() -> None:
    campaign: Campaign = sending(5)
    Delivery.objects.filter(campaign_id=campaign.pk).update(state=S.ACCEPTED, attempt=1)
    apply(*(soft(delivery(campaign, position), day) for position, day in enumerate(DAYS, 1)))
    assert not given_up()
