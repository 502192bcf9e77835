from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from subscribers import consent, subscriptions
from subscribers.addresses import Address, normalise
from subscribers.consent import Evidence
from subscribers.models import ConsentAction, ConsentRecord, MailingList, Standing, Subscriber, Subscription
from tests.factories import MailingListFactory, SubscriberFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db
A, S = ConsentAction, Standing
EVIDENCE = Evidence("test")
MOVES = {
    (S.PENDING, A.CONFIRMED): S.SUBSCRIBED,
    (S.UNSUBSCRIBED, A.CONFIRMED): S.SUBSCRIBED,
    (S.SUBSCRIBED, A.PAUSED): S.PAUSED,
    (S.PAUSED, A.RESUMED): S.SUBSCRIBED,
    (S.PENDING, A.UNSUBSCRIBED): S.UNSUBSCRIBED,
    (S.SUBSCRIBED, A.UNSUBSCRIBED): S.UNSUBSCRIBED,
    (S.PAUSED, A.UNSUBSCRIBED): S.UNSUBSCRIBED,
}
MOVING = (A.CONFIRMED, A.PAUSED, A.RESUMED, A.UNSUBSCRIBED)


def people(*emails: str) -> list[tuple[Address, str]]:
    return [(normalise(email), email.partition("@")[0]) for email in emails]


def on(mailing_list: MailingList) -> dict[str, str]:
    """Who stands where on the list."""
    return dict(mailing_list.subscriptions.values_list("subscriber__email", "status"))


class TestMoves:
    @pytest.mark.parametrize("action", MOVING)
    @pytest.mark.parametrize("status", S)
    def test_of(self, status: Standing, action: ConsentAction) -> None:
        subscription = SubscriptionFactory.create(status=status)
        target = MOVES.get((status, action))
        assert subscriptions.move(subscription, action, EVIDENCE) is (target is not None)
        assert subscription.status == (target or status)
        subscription.refresh_from_db()
        assert subscription.status == (target or status)
        actions = list(ConsentRecord.objects.values_list("action", flat=True))
        assert actions == ([action] if target else [])

    @pytest.mark.parametrize("action", [A.REQUESTED, A.IMPORTED])
    def test_asking_and_importing_move_nobody(self, action: ConsentAction) -> None:
        assert action not in subscriptions.MOVES

    def test_twice_is_once(self) -> None:
        subscription = SubscriptionFactory.create()
        late = Subscription.objects.get(pk=subscription.pk)
        assert subscriptions.unsubscribe(subscription, EVIDENCE)
        assert not subscriptions.unsubscribe(late, EVIDENCE)
        assert ConsentRecord.objects.count() == 1

    def test_tell_their_time_and_end_a_pause(self) -> None:
        before = timezone.now()
        subscription = SubscriptionFactory.create(status=S.PAUSED, paused_until=before + datetime.timedelta(days=7))
        subscriptions.move(subscription, A.RESUMED, EVIDENCE)
        subscription.refresh_from_db()
        assert subscription.changed_at >= before
        assert subscription.paused_until is None

    def test_take_as_many_statements_for_a_long_history(self) -> None:
        def statements(subscription: Subscription, action: ConsentAction) -> int:
            with CaptureQueriesContext(connection) as captured:
                assert subscriptions.move(subscription, action, EVIDENCE)
            return len(captured)

        subscription = SubscriptionFactory.create()
        first = statements(subscription, A.PAUSED)
        for _ in range(5):
            subscriptions.move(subscription, A.RESUMED, EVIDENCE)
            subscriptions.move(subscription, A.PAUSED, EVIDENCE)
        assert statements(subscription, A.RESUMED) == first


class TestEnrol:
    def test_makes_a_person_once(self) -> None:
        first = subscriptions.enrol(normalise("Reader@Example.org"), name="Ada", language="en")
        again = subscriptions.enrol(normalise("reader@example.org"), name="Eve", language="zh-Hans")
        assert again == first
        assert (again.email, again.name, again.language) == ("Reader@example.org", "Ada", "en")
        assert again.address_hash == normalise("reader@example.org").hash


class TestRequest:
    def test_waits_for_its_confirmation(self) -> None:
        person, mailing_list = SubscriberFactory.create(), MailingListFactory.create()
        subscription = subscriptions.request(person, mailing_list, EVIDENCE)
        assert subscription.status == S.PENDING
        assert ConsentRecord.objects.get().action == A.REQUESTED

    @pytest.mark.parametrize("status", S)
    def test_moves_nobody_who_is_known(self, status: Standing) -> None:
        known = SubscriptionFactory.create(status=status)
        assert subscriptions.request(known.subscriber, known.mailing_list, EVIDENCE) == known
        known.refresh_from_db()
        assert known.status == status
        assert not ConsentRecord.objects.exists()


class TestImport:
    def test_puts_people_on_the_list_with_a_record_each(self) -> None:
        mailing_list = MailingListFactory.create()
        new = subscriptions.import_many(people("a@example.org", "b@example.org"), mailing_list, Evidence("file.csv:2"))
        assert new == 2
        assert on(mailing_list) == {"a@example.org": S.SUBSCRIBED, "b@example.org": S.SUBSCRIBED}
        assert set(ConsentRecord.objects.values_list("action", "source")) == {(A.IMPORTED, "file.csv:2")}
        assert ConsentRecord.objects.count() == 2
        assert list(consent.broken_links()) == []

    @pytest.mark.parametrize("status", S)
    def test_moves_nobody_who_is_known_there(self, status: Standing) -> None:
        known = SubscriptionFactory.create(status=status, subscriber__email="Known@example.org")
        changed_at = known.changed_at
        new = subscriptions.import_many(people("known@EXAMPLE.org", "new@example.org"), known.mailing_list, EVIDENCE)
        assert new == 1
        known.refresh_from_db()
        assert (known.status, known.changed_at) == (status, changed_at)
        assert on(known.mailing_list) == {"Known@example.org": status, "new@example.org": S.SUBSCRIBED}

    def test_leaves_other_lists_and_names_alone(self) -> None:
        known = SubscriptionFactory.create(status=S.UNSUBSCRIBED, subscriber__email="a@example.org")
        Subscriber.objects.update(name="Ada")
        other = MailingListFactory.create()
        assert subscriptions.import_many(people("a@example.org"), other, EVIDENCE) == 1
        assert on(known.mailing_list) == {"a@example.org": S.UNSUBSCRIBED}
        assert Subscriber.objects.get().name == "Ada"

    def test_again_is_nobody_new(self) -> None:
        mailing_list = MailingListFactory.create()
        batch = people("a@example.org", "A@Example.org", "b@example.org")
        assert subscriptions.import_many(batch, mailing_list, EVIDENCE) == 2
        assert subscriptions.import_many(batch, mailing_list, EVIDENCE) == 0
        assert (Subscriber.objects.count(), ConsentRecord.objects.count()) == (2, 2)

    def test_of_nobody(self) -> None:
        assert subscriptions.import_many([], MailingListFactory.create(), EVIDENCE) == 0

    def test_takes_as_many_statements_for_one_as_for_many(self) -> None:
        def statements(count: int) -> int:
            batch = people(*(f"reader{number}@{count}.example.org" for number in range(count)))
            mailing_list = MailingListFactory.create()
            with CaptureQueriesContext(connection) as captured:
                assert subscriptions.import_many(batch, mailing_list, EVIDENCE) == count
            return len(captured)

        assert statements(1) == statements(60)


class TestLeavingEverything:
    def test_leaves_every_list(self) -> None:
        person = SubscriberFactory.create(email="a@example.org")
        standings = (S.SUBSCRIBED, S.PAUSED, S.PENDING, S.UNSUBSCRIBED)
        for status in standings:
            SubscriptionFactory.create(subscriber=person, status=status)
        other = SubscriptionFactory.create()
        assert subscriptions.unsubscribe_everywhere(normalise("A@example.org"), Evidence("complaint")) == 3
        assert set(person.subscriptions.values_list("status", flat=True)) == {S.UNSUBSCRIBED}
        other.refresh_from_db()
        assert other.status == S.SUBSCRIBED
        assert list(consent.broken_links()) == []

    def test_of_somebody_unknown(self) -> None:
        assert subscriptions.unsubscribe_everywhere(normalise("nobody@example.org"), EVIDENCE) == 0
