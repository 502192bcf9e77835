"""As many readers as a big list has, made quickly: without the records of their consent, which sending never reads."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from subscribers.addresses import address_hash
from subscribers.models import MailingList, Standing, Subscriber, Subscription, Suppression, SuppressionReason

AT_ONCE = 5_000
NAMES = ("王晓宁", "李思远", "", "Ada Lovelace", "")
# In a hundred: who has left, has paused, isn't confirmed; one more is suppressed.
STANDING = {7: Standing.UNSUBSCRIBED, 31: Standing.UNSUBSCRIBED, 53: Standing.PAUSED, 71: Standing.PENDING}
SUPPRESSED = 89


def make_readers(mailing_list: MailingList, count: int) -> None:
    """Put ``count`` more people on the list, 95 % of whom can be mailed."""
    first = Subscriber.objects.count()
    for start in range(first, first + count, AT_ONCE):
        with transaction.atomic():
            _make(mailing_list, range(start, min(start + AT_ONCE, first + count)))


def _make(mailing_list: MailingList, numbers: range) -> None:
    now = timezone.now()
    keys = {number: f"reader{number:07d}@mail{number % 9}.example" for number in numbers}
    people = Subscriber.objects.bulk_create(
        Subscriber(email=key, address_key=key, address_hash=address_hash(key), name=NAMES[number % len(NAMES)])
        for number, key in keys.items()
    )
    Subscription.objects.bulk_create(
        Subscription(
            subscriber=person,
            mailing_list=mailing_list,
            status=STANDING.get(number % 100, Standing.SUBSCRIBED),
            created_at=now,
            changed_at=now,
        )
        for number, person in zip(numbers, people, strict=True)
    )
    Suppression.objects.bulk_create(
        Suppression(address_hash=person.address_hash, email=person.email, reason=SuppressionReason.HARD_BOUNCE)
        for number, person in zip(numbers, people, strict=True)
        if number % 100 == SUPPRESSED
    )
