"""Campaigns and ledger rows as sending would leave them, for tests of what people see of it."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from newsletter.models import Campaign, CampaignStatus, Delivery, DeliveryState, Issue, IssueStatus
from subscribers.models import Standing, Subscriber
from tests.factories import IssueFactory, RenditionFactory, SubscriberFactory, SubscriptionFactory


def make_campaign(status: str = CampaignStatus.SENDING, *, issue: Issue | None = None, **fields: Any) -> Campaign:
    issue = issue or IssueFactory.create()
    rendition, now = RenditionFactory.create(issue=issue), timezone.now()
    standing = IssueStatus.SCHEDULED if status in {"scheduled", "preparing"} else IssueStatus.SENDING
    approval = {"approved_rendition": rendition, "approved_audience": "a" * 64}
    Issue.objects.filter(pk=issue.pk).update(status=standing, **approval)
    issue.refresh_from_db()
    frozen = status not in {"scheduled", "preparing"}
    defaults = {
        "mailing_list": issue.newsletter.mailing_list,
        "audience_hash": "a" * 64,
        "send_at": now,
        "undo_until": now,
        "candidates": 0 if frozen else None,
        "recipients": 0 if frozen else None,
        "started_at": now - datetime.timedelta(minutes=5) if frozen else None,
    }
    return Campaign.objects.create(issue=issue, rendition=rendition, status=status, **{**defaults, **fields})


def add(campaign: Campaign, count: int = 1, *, state: DeliveryState = DeliveryState.ACCEPTED, **fields: Any) -> None:
    """Append ``count`` alike deliveries and keep the campaign's numbers true."""
    first = (Delivery.objects.filter(campaign_id=campaign.pk).count()) + 1
    Delivery.objects.bulk_create(
        Delivery(
            campaign_id=campaign.pk,
            position=position,
            state=state,
            **{"subscriber_id": position, "address": f"reader{position}@example.com", "attempt": 1, **fields},
        )
        for position in range(first, first + count)
    )
    campaign.recipients = first + count - 1
    campaign.candidates = campaign.recipients + sum(campaign.exclusions.values())
    campaign.save(update_fields=["recipients", "candidates"])


def make_reader(campaign: Campaign, email: str, status: str = Standing.SUBSCRIBED, **fields: Any) -> Subscriber:
    """A subscriber on the campaign's list; not a recipient of the campaign."""
    reader: Subscriber = SubscriberFactory.create(email=email)
    SubscriptionFactory.create(subscriber=reader, mailing_list=campaign.mailing_list, status=status, **fields)
    return reader
