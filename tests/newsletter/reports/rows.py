"""Campaigns and ledger rows as sending would leave them, for tests of what people see of it."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

from django.utils import timezone

from newsletter.models import (
    Campaign,
    CampaignStatus,
    Delivery,
    DeliveryState,
    Issue,
    IssueStatus,
    Newsletter,
    Rendition,
)
from subscribers.addresses import normalise
from subscribers.models import MailingList, Standing, Subscriber, Subscription

numbers = itertools.count(1)


def make_newsletter(**fields: Any) -> Newsletter:
    number = next(numbers)
    mailing_list = MailingList.objects.create(slug=f"list-{number}", name=f"List {number}")
    defaults = {
        "slug": f"paper-{number}",
        "name": f"Paper {number}",
        "language": "zh-Hans",
        "format": "express",
        "mailing_list": mailing_list,
        "from_name": "速递",
        "from_email": "desk@sudi.example",
        "postal_address": "1 Long Street",
    }
    return Newsletter.objects.create(**{**defaults, **fields})


def make_issue(newsletter: Newsletter | None = None, **fields: Any) -> Issue:
    defaults = {"title": "AI行业速递", "date_start": datetime.date(2025, 11, 27), "slug": f"issue-{next(numbers)}"}
    return Issue.objects.create(newsletter=newsletter or make_newsletter(), **{**defaults, **fields})


def make_rendition(issue: Issue, **fields: Any) -> Rendition:
    defaults = {"hash": f"{next(numbers):064x}", "subject": "主题", "preheader": "", "html": "<p>正文", "text": "正文"}
    return Rendition.objects.create(issue=issue, **{**defaults, **fields})


def make_campaign(status: str = CampaignStatus.SENDING, *, issue: Issue | None = None, **fields: Any) -> Campaign:
    issue = issue or make_issue()
    rendition, now = make_rendition(issue), timezone.now()
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
    address = normalise(email)
    reader = Subscriber.objects.create(email=address.email, address_key=address.key, address_hash=address.hash)
    Subscription.objects.create(subscriber=reader, mailing_list=campaign.mailing_list, status=status, **fields)
    return reader
