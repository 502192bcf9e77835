"""The reader pages in a browser: axe-core finds nothing, and nothing scrolls sideways."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from subscribers.models import Standing, Subscriber, Subscription
from subscribers.tokens import CONFIRMATION_AGE, confirmation_token
from tests.browser import audit
from tests.factories import MailingListFactory, SubscriptionFactory


@pytest.mark.chromium
def test_every_page_is_clean(client: Client, subscription: Subscription) -> None:
    Subscriber.objects.update(language="zh-Hant")
    pending, _, left, other = (
        SubscriptionFactory.create(
            subscriber=subscription.subscriber,
            mailing_list=MailingListFactory.create(name=f"{status} {'x' * 60}"),
            status=status,
        )
        for status in (Standing.PENDING, Standing.PAUSED, Standing.SUBSCRIBED, Standing.UNSUBSCRIBED)
    )
    with time_machine.travel(timezone.now() - 2 * CONFIRMATION_AGE):
        expired = confirmation_token(pending)
    client.post(f"/u/{left.token}")
    addresses = [
        f"/u/{subscription.token}",
        f"/s/{subscription.token}/",
        f"/s/{left.token}/unsubscribe/",
        f"/s/{other.token}/unsubscribe/",
        f"/s/confirm/{confirmation_token(pending)}/",
        f"/s/confirm/{confirmation_token(subscription)}/",
        f"/s/confirm/{expired}/",
        "/s/unknown/",
    ]
    assert audit({address: client.get(address).text for address in addresses}) == []
