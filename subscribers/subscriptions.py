"""The only writer of ``Subscription.status``. Every move is one conditional UPDATE and one consent record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from subscribers import consent
from subscribers.addresses import Address
from subscribers.consent import Evidence
from subscribers.models import ConsentAction, MailingList, Standing, Subscriber, Subscription

MOVES: dict[ConsentAction, tuple[tuple[Standing, ...], Standing]] = {
    ConsentAction.CONFIRMED: ((Standing.PENDING, Standing.UNSUBSCRIBED), Standing.SUBSCRIBED),
    ConsentAction.PAUSED: ((Standing.SUBSCRIBED,), Standing.PAUSED),
    ConsentAction.RESUMED: ((Standing.PAUSED,), Standing.SUBSCRIBED),
    ConsentAction.UNSUBSCRIBED: ((Standing.PENDING, Standing.SUBSCRIBED, Standing.PAUSED), Standing.UNSUBSCRIBED),
}


def enrol(address: Address, *, name: str = "", language: str = "") -> Subscriber:
    """The subscriber with this address, made where there is none. What is known of a known person stays."""
    subscriber, _ = Subscriber.objects.get_or_create(
        address_key=address.key,
        defaults={"email": address.email, "address_hash": address.hash, "name": name, "language": language},
    )
    return subscriber


@transaction.atomic
def request(subscriber: Subscriber, mailing_list: MailingList, evidence: Evidence) -> Subscription:
    """Ask for a place on the list: a new subscription waits for its confirmation; a known one is left as it is."""
    subscription, created = Subscription.objects.get_or_create(subscriber=subscriber, mailing_list=mailing_list)
    if created:
        consent.record(subscriber, mailing_list, ConsentAction.REQUESTED, evidence)
    return subscription


@transaction.atomic
def import_many(people: Sequence[tuple[Address, str]], mailing_list: MailingList, evidence: Evidence) -> int:
    """Put people (address, name) with consent given elsewhere on the list. Whoever is known there already, in
    whatever standing, is not moved. Returns how many were new on the list. For a thousand at a time."""
    by_key = {address.key: (address, name) for address, name in people}
    Subscriber.objects.bulk_create(
        (
            Subscriber(email=address.email, address_key=address.key, address_hash=address.hash, name=name)
            for address, name in by_key.values()
        ),
        ignore_conflicts=True,
    )
    subscribers = list(
        Subscriber.objects.filter(address_key__in=by_key)
        .exclude(subscriptions__mailing_list=mailing_list)
        .order_by("pk")
    )
    Subscription.objects.bulk_create(
        Subscription(subscriber=subscriber, mailing_list=mailing_list, status=Standing.SUBSCRIBED)
        for subscriber in subscribers
    )
    consent.record_many(subscribers, mailing_list, ConsentAction.IMPORTED, evidence)
    return len(subscribers)


@transaction.atomic
def move(subscription: Subscription, action: ConsentAction, evidence: Evidence) -> bool:
    """Carry out one of ``MOVES``. ``False``: the subscription stood elsewhere, so nothing changed (idempotent)."""
    origins, target = MOVES[action]
    moved = Subscription.objects.filter(pk=subscription.pk, status__in=origins).update(
        status=target, changed_at=timezone.now(), paused_until=None
    )
    if moved:
        consent.record(subscription.subscriber, subscription.mailing_list, action, evidence)
        subscription.status = target
    return bool(moved)


def unsubscribe(subscription: Subscription, evidence: Evidence) -> bool:
    """The reader's will: leave the list. ``False`` where they had left already."""
    return move(subscription, ConsentAction.UNSUBSCRIBED, evidence)


def unsubscribe_everywhere(address: Address, evidence: Evidence) -> int:
    """Leave every list, after a complaint. Returns how many lists were left."""
    return all_unsubscribe_everywhere([address], evidence)


@transaction.atomic
def all_unsubscribe_everywhere(addresses: Iterable[Address], evidence: Evidence) -> int:
    """The same for many, in a few statements for each list. Returns how many subscriptions ended."""
    origins, target = MOVES[ConsentAction.UNSUBSCRIBED]
    theirs = Subscription.objects.filter(subscriber__address_key__in={address.key for address in addresses})
    # Locked, so that what is moved below is what stands there now.
    standing = theirs.filter(status__in=origins).select_related("subscriber", "mailing_list").order_by("pk")
    by_list: dict[MailingList, list[Subscription]] = {}
    for subscription in standing.select_for_update(of=("self",)):
        by_list.setdefault(subscription.mailing_list, []).append(subscription)
    for mailing_list, leaving in by_list.items():
        ids = [subscription.pk for subscription in leaving]
        Subscription.objects.filter(pk__in=ids).update(status=target, changed_at=timezone.now(), paused_until=None)
        people = [subscription.subscriber for subscription in leaving]
        consent.record_many(people, mailing_list, ConsentAction.UNSUBSCRIBED, evidence)
    return sum(map(len, by_list.values()))
