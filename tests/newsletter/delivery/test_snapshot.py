from __future__ import annotations

import pytest

from newsletter.models import Batch, CampaignStatus, Delivery, DeliveryState
from subscribers import subscriptions, suppression
from subscribers.addresses import normalise
from subscribers.models import ConsentAction, MailingList, SuppressionReason
from tests.newsletter.delivery.making import (
    EVIDENCE,
    configure,
    deliveries,
    readers,
    scheduled,
    sending,
    tick,
)

pytestmark = [pytest.mark.dialects, pytest.mark.usefixtures("installation")]


def test_everybody_eligible_is_frozen_in_subscriber_order_by_one_statement(statements: list[str]) -> None:
    joined = readers(12)
    campaign = scheduled()
    before = len(statements)
    tick()
    inserts = [sql for sql in statements[before:] if "INSERT INTO newsletter_delivery" in sql]
    assert len(inserts) == 1
    assert "SELECT" in inserts[0]
    frozen = [(each.position, each.subscriber_id, each.address) for each in deliveries(campaign)]
    assert frozen == [
        (position, reader.subscriber_id, reader.subscriber.email) for position, reader in enumerate(joined, start=1)
    ]
    assert {(each.state, each.attempt) for each in deliveries(campaign)} == {(DeliveryState.PENDING, 0)}


def test_who_is_not_mailed_is_counted_by_reason() -> None:
    left, paused, bounced, both, *_ = readers(7)
    subscriptions.unsubscribe(left, EVIDENCE)
    subscriptions.unsubscribe(both, EVIDENCE)
    subscriptions.move(paused, ConsentAction.PAUSED, EVIDENCE)
    suppression.suppress([normalise(each.subscriber.email) for each in (bounced, both)], SuppressionReason.HARD_BOUNCE)
    unconfirmed = subscriptions.enrol(normalise("new@example.test"))
    subscriptions.request(unconfirmed, MailingList.objects.get(slug="express"), EVIDENCE)
    readers(5, of="report")  # another list's
    campaign = scheduled()
    tick()
    campaign.refresh_from_db()
    assert campaign.exclusions == {"unsubscribed": 2, "unconfirmed": 1, "paused": 1, "suppressed": 1}
    assert (campaign.recipients, campaign.candidates) == (3, 8)
    assert Delivery.objects.filter(campaign_id=campaign.pk).count() == 3


def test_nobody_at_all_is_a_campaign_that_finishes() -> None:
    campaign = sending(0)
    assert (campaign.recipients, campaign.candidates, campaign.exclusions) == (0, 0, {})
    assert campaign.status == CampaignStatus.FINISHED
    assert campaign.issue.status == "sent"
    assert not campaign.batches.exists()


def test_nobody_eligible_is_a_campaign_that_finishes() -> None:
    for reader in readers(2):
        subscriptions.unsubscribe(reader, EVIDENCE)
    campaign = sending(0)
    assert (campaign.recipients, campaign.candidates) == (0, 2)
    assert campaign.status == CampaignStatus.FINISHED


@pytest.mark.parametrize(("recipients", "ranges"), [(10, [(1, 5), (6, 10)]), (11, [(1, 5), (6, 10), (11, 11)])])
def test_batches_cover_every_position_once(recipients: int, ranges: list[tuple[int, int]]) -> None:
    configure(batch_size=5)
    campaign = sending(recipients)
    assert list(campaign.batches.order_by("number").values_list("first", "last")) == ranges


def test_batches_are_sent_in_shuffled_order() -> None:
    configure(batch_size=1, worker_threads=20)
    campaign = sending(30)
    batches = list(campaign.batches.order_by("number"))
    order = [batch.shuffle for batch in batches]
    assert sorted(order) == list(range(30))
    assert order != sorted(order)  # one chance in 30!
    by_shuffle = [batch.pk for batch in sorted(batches, key=lambda batch: batch.shuffle)]
    Batch.objects.update(enqueued_at=None)
    assert tick() == by_shuffle


def test_who_joins_after_the_freeze_waits_for_the_next_issue() -> None:
    campaign = sending(2)
    readers(3)
    tick()
    assert len(deliveries(campaign)) == 2


@pytest.mark.django_db(transaction=True)
def test_counting_and_freezing_see_one_moment() -> None:
    """With the real transaction: on PostgreSQL it asks for repeatable read before anything else."""
    campaign = sending(4)
    assert (campaign.recipients, campaign.status) == (4, CampaignStatus.SENDING)
