from __future__ import annotations

import itertools
from typing import Any

import pytest

from subscribers import suppression
from subscribers.addresses import normalise
from subscribers.audience import EXCLUSIONS, Audience, candidates, places
from subscribers.models import Standing, Suppression, SuppressionReason
from tests.factories import MailingListFactory, SubscriptionFactory

pytestmark = [pytest.mark.dialects, pytest.mark.django_db]
S = Standing
EXPECTED = {
    (S.SUBSCRIBED, False): None,
    (S.SUBSCRIBED, True): "suppressed",
    (S.PENDING, False): "unconfirmed",
    (S.PENDING, True): "unconfirmed",
    (S.PAUSED, False): "paused",
    (S.PAUSED, True): "paused",
    (S.UNSUBSCRIBED, False): "unsubscribed",
    (S.UNSUBSCRIBED, True): "unsubscribed",
}


@pytest.fixture
def audience() -> Audience:
    """A list with somebody of every kind, and another list that has nothing to do with it."""
    mailing_list = MailingListFactory.create()
    for status, suppressed in EXPECTED:
        subscription = SubscriptionFactory.create(mailing_list=mailing_list, status=status)
        if suppressed:
            suppression.suppress([normalise(subscription.subscriber.email.upper())], SuppressionReason.MANUAL)
    SubscriptionFactory.create()
    return Audience(mailing_list.pk)


def suppressed(email: str) -> bool:
    return suppression.is_suppressed(normalise(email))


def test_everybody_is_a_recipient_or_excluded_for_one_reason(audience: Audience) -> None:
    found = {(S(row.status), suppressed(row.email)): row.exclusion for row in candidates(audience)}
    assert found == EXPECTED
    assert {reason for reason in found.values() if reason} == set(EXCLUSIONS)


def test_the_address_comes_with_the_row(audience: Audience, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        (row,) = candidates(audience).filter(exclusion=None)
        assert row.email.endswith("@example.test")


def test_a_suppression_holds_after_an_erasure(audience: Audience) -> None:
    Suppression.objects.update(email="")
    assert candidates(audience).filter(exclusion=None).count() == 1


def test_a_suppression_elsewhere_touches_nobody_here(audience: Audience) -> None:
    suppression.suppress([normalise("stranger@example.org")], SuppressionReason.COMPLAINT)
    assert candidates(audience).filter(exclusion=None).count() == 1


class TestTheHash:
    def test_is_of_the_definition_and_not_of_the_members(self) -> None:
        audience = Audience(MailingListFactory.create().pk)
        before = audience.hash
        SubscriptionFactory.create(mailing_list_id=audience.mailing_list_id)
        assert audience.hash == before
        assert len(before) == 64

    def test_tells_lists_apart(self) -> None:
        hashes = [Audience(MailingListFactory.create().pk).hash for _ in range(3)]
        assert all(one != other for one, other in itertools.combinations(hashes, 2))


def test_places_say_the_same_of_each_person_and_what_their_mail_needs(audience: Audience) -> None:
    everybody = {row.subscriber_id: row for row in candidates(audience).select_related("subscriber")}
    found = places(audience, [*everybody, 4711])
    assert {person: place.exclusion for person, place in found.items()} == {
        person: row.exclusion for person, row in everybody.items()
    }
    assert all(place.token == everybody[person].token for person, place in found.items())
    assert all(place.name == everybody[person].subscriber.name for person, place in found.items())


def test_only_those_asked_for_have_places(audience: Audience) -> None:
    one = candidates(audience).first()
    assert one is not None
    assert list(places(audience, [one.subscriber_id])) == [one.subscriber_id]
    assert places(audience, []) == {}
