from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from subscribers import consent, subscriptions
from subscribers.consent import Evidence, broken_links, truncate_ip
from subscribers.models import ConsentAction, ConsentDetail, ConsentRecord, MailingList, Subscriber
from tests.factories import MailingListFactory, SubscriberFactory

pytestmark = pytest.mark.django_db
EVIDENCE = Evidence("form", ip="203.0.113.77", user_agent="Mozilla/5.0", words="Yes, send it to me", locale="zh-hans")


@dataclasses.dataclass(frozen=True)
class Chains:
    """Two people; the first has been on two lists."""

    records: list[ConsentRecord]
    other: Subscriber
    other_list: MailingList


@pytest.fixture
def chains() -> Chains:
    """Three records of one person, in two lists, and one of another."""
    person, other = SubscriberFactory.create(), SubscriberFactory.create()
    first, second = MailingListFactory.create(), MailingListFactory.create()
    asked = subscriptions.request(person, first, EVIDENCE)
    subscriptions.move(asked, ConsentAction.CONFIRMED, EVIDENCE)
    subscriptions.request(other, second, EVIDENCE)
    subscriptions.request(person, second, EVIDENCE)
    return Chains(list(ConsentRecord.objects.filter(subscriber_id=person.pk).order_by("sequence")), other, second)


def broken() -> list[tuple[int, int]]:
    return [(entry.subscriber_id, entry.sequence) for entry in broken_links()]


class TestAChain:
    def test_is_whole(self, chains: Chains) -> None:
        assert broken() == []
        assert [entry.sequence for entry in chains.records] == [1, 2, 3]
        assert ConsentRecord.objects.get(subscriber_id=chains.other.pk).sequence == 1

    def test_that_is_empty_is_whole(self) -> None:
        assert broken() == []

    def test_names_what_happened(self, chains: Chains) -> None:
        entry = chains.records[1]
        assert (entry.action, entry.source) == ("confirmed", "form")
        assert timezone.now() - entry.at < datetime.timedelta(minutes=1)
        detail = entry.detail
        assert detail.address == Subscriber.objects.get(pk=entry.subscriber_id).email
        kept = (detail.ip, detail.user_agent, detail.words, detail.locale)
        assert kept == ("203.0.113.0", "Mozilla/5.0", "Yes, send it to me", "zh-hans")

    def test_stays_whole_when_the_personal_details_are_erased(self, chains: Chains) -> None:
        ConsentDetail.objects.filter(record=chains.records[1]).delete()
        assert broken() == []
        ConsentDetail.objects.all().delete()
        Subscriber.objects.all().delete()
        assert broken() == []

    def test_goes_on_after_an_erasure(self, chains: Chains) -> None:
        ConsentDetail.objects.all().delete()
        person = Subscriber.objects.get(pk=chains.records[0].subscriber_id)
        entry = consent.record(person, chains.other_list, ConsentAction.UNSUBSCRIBED, EVIDENCE)
        assert entry.sequence == 4
        assert broken() == []

    def test_is_checked_in_one_statement(self, chains: Chains, django_assert_num_queries: Any) -> None:
        ConsentDetail.objects.filter(record=chains.records[0]).delete()
        with django_assert_num_queries(1):
            assert broken() == []


class TestTampering:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("action", "unsubscribed"),
            ("source", "by phone"),
            ("at", datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)),
            ("commitment", "0" * 64),
            ("digest", "0" * 64),
            ("sequence", 9),
        ],
    )
    def test_with_a_fact_is_found(self, field: str, value: Any, chains: Chains) -> None:
        ConsentRecord.objects.filter(pk=chains.records[1].pk).update(**{field: value})
        assert broken()

    def test_with_the_time_by_a_microsecond_is_found(self, chains: Chains) -> None:
        entry = chains.records[0]
        ConsentRecord.objects.filter(pk=entry.pk).update(at=entry.at + datetime.timedelta(microseconds=1))
        assert broken() == [(entry.subscriber_id, 1)]

    def test_with_the_list_is_found(self, chains: Chains) -> None:
        ConsentRecord.objects.filter(pk=chains.records[1].pk).update(mailing_list=chains.other_list)
        assert broken() == [(chains.records[1].subscriber_id, 2)]

    def test_giving_it_to_somebody_else_is_found(self, chains: Chains) -> None:
        ConsentRecord.objects.filter(pk=chains.records[1].pk).update(subscriber_id=chains.other.pk)
        assert broken()

    @pytest.mark.parametrize("field", ["salt", "address", "ip", "user_agent", "words", "locale"])
    def test_with_a_personal_detail_is_found(self, field: str, chains: Chains) -> None:
        ConsentDetail.objects.filter(record=chains.records[1]).update(**{field: "x"})
        assert broken() == [(chains.records[1].subscriber_id, 2)]

    def test_with_a_detail_and_its_commitment_is_found(self, chains: Chains) -> None:
        detail = chains.records[1].detail
        detail.words = "I never said so"
        detail.save()
        ConsentRecord.objects.filter(pk=detail.pk).update(commitment=consent._commitment(detail))
        assert broken() == [(chains.records[1].subscriber_id, 2)]

    @pytest.mark.parametrize("removed", [0, 1])
    def test_taking_a_record_out_is_found(self, removed: int, chains: Chains) -> None:
        chains.records[removed].delete()
        assert broken()

    def test_swapping_two_records_is_found(self, chains: Chains) -> None:
        one, two = chains.records[:2]
        for entry, sequence in ((one, 9), (two, 1), (one, 2)):
            ConsentRecord.objects.filter(pk=entry.pk).update(sequence=sequence)
        assert broken()

    def test_without_the_key_is_found(self, chains: Chains, settings: Any) -> None:
        settings.SUDI = dataclasses.replace(settings.SUDI, address_key="a guess")
        assert len(broken()) == 4


class TestRecordMany:
    def statements(self, count: int) -> int:
        people, mailing_list = SubscriberFactory.create_batch(count), MailingListFactory.create()
        consent.record_many(people[: count // 2], mailing_list, ConsentAction.REQUESTED, EVIDENCE)
        with transaction.atomic(), CaptureQueriesContext(connection) as captured:
            consent.record_many(people, mailing_list, ConsentAction.IMPORTED, EVIDENCE)
        return len(captured)

    def test_takes_as_many_statements_for_one_as_for_many(self) -> None:
        assert self.statements(1) == self.statements(30)
        assert broken() == []

    def test_of_nobody(self) -> None:
        assert consent.record_many([], MailingListFactory.create(), ConsentAction.IMPORTED, EVIDENCE) == []


def test_what_is_too_long_is_cut_to_its_field() -> None:
    person, mailing_list = SubscriberFactory.create(), MailingListFactory.create()
    long = Evidence("s" * 500, user_agent="u" * 500, locale="l" * 50)
    entry = consent.record(person, mailing_list, ConsentAction.REQUESTED, long)
    entry.full_clean()
    entry.detail.full_clean()
    assert broken() == []


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("203.0.113.77", "203.0.113.0"),
        ("2001:db8:1234:5678::1", "2001:db8:1234::"),
        ("::ffff:203.0.113.77", "203.0.113.0"),
        ("fe80::1%eth0", "fe80::"),
        ("", ""),
        ("unknown", ""),
        ("203.0.113.77, 10.0.0.1", ""),
        ("203.0.113.77:443", ""),
    ],
)
def test_an_ip_address_is_kept_as_its_network(ip: str, network: str) -> None:
    assert truncate_ip(ip) == network
