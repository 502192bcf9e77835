"""Readers at their pages."""

from __future__ import annotations

import pytest

from subscribers.models import Subscription
from tests.factories import MailingListFactory, SubscriberFactory, SubscriptionFactory


@pytest.fixture
def subscription(db: None) -> Subscription:
    """Jane's, who gets the Daily."""
    return SubscriptionFactory.create(
        subscriber=SubscriberFactory.create(email="jane.doe@example.test"),
        mailing_list=MailingListFactory.create(name="The Daily"),
    )
