"""Rows for tests: complete, valid, and telling nothing beyond what a test names.

Call ``create``, which is typed: ``SubscriberFactory.create(name="Ada")``.
"""

# mypy: disallow-untyped-calls=False

from __future__ import annotations

import datetime
import hashlib
from typing import Any

from factory.declarations import LazyAttribute, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory
from factory.helpers import post_generation

from newsletter import content
from newsletter.digest.document import Document
from newsletter.models import Issue, IssueStatus, Newsletter, Rendition
from subscribers.addresses import normalise
from subscribers.models import MailingList, Standing, Subscriber, Subscription


class MailingListFactory(DjangoModelFactory[MailingList]):
    class Meta:
        model = MailingList

    slug = Sequence(lambda n: f"list-{n}")
    name = Sequence(lambda n: f"List {n}")


class SubscriberFactory(DjangoModelFactory[Subscriber]):
    class Meta:
        model = Subscriber

    email = Sequence(lambda n: f"reader{n}@example.test")
    address_key = LazyAttribute(lambda row: normalise(row.email).key)
    address_hash = LazyAttribute(lambda row: normalise(row.email).hash)


class SubscriptionFactory(DjangoModelFactory[Subscription]):
    class Meta:
        model = Subscription

    subscriber = SubFactory(SubscriberFactory)
    mailing_list = SubFactory(MailingListFactory)
    status = Standing.SUBSCRIBED


class NewsletterFactory(DjangoModelFactory[Newsletter]):
    class Meta:
        model = Newsletter

    slug = Sequence(lambda n: f"newsletter-{n}")
    name = Sequence(lambda n: f"Newsletter {n}")
    language = "en"
    format = "express"
    mailing_list = SubFactory(MailingListFactory)
    from_name = "Editors"
    from_email = "editors@example.test"
    postal_address = "1 Main Street, Springfield"


class IssueFactory(DjangoModelFactory[Issue]):
    """``with_document=document`` stores its content and date; ``sent=True`` makes a public issue of it."""

    class Meta:
        model = Issue
        skip_postgeneration_save = True

    newsletter = SubFactory(NewsletterFactory)
    date_start = Sequence(lambda n: datetime.date(2025, 1, 1) + datetime.timedelta(days=n))
    slug = LazyAttribute(lambda row: f"{row.newsletter.slug}-{row.date_start}")
    title = LazyAttribute(lambda row: f"{row.newsletter.name} {row.date_start}")

    @post_generation
    def with_document(self: Issue, create: bool, document: Document | None, **options: Any) -> None:
        if document:
            content.store(document, self)

    @post_generation
    def sent(self: Issue, create: bool, sent: bool | None, **options: Any) -> None:
        if sent:
            self.approved_rendition = RenditionFactory.create(issue=self)
            self.approved_audience = "0" * 64
            self.status = IssueStatus.SENT
            self.save()


class RenditionFactory(DjangoModelFactory[Rendition]):
    class Meta:
        model = Rendition

    issue = SubFactory(IssueFactory)
    hash = Sequence(lambda n: hashlib.sha256(str(n).encode()).hexdigest())
    inputs_hash = SelfAttribute("hash")
    subject = "The subject"
    preheader = "The preheader"
    html = "<p>The mail</p>"
    text = "The mail"
    from_name = SelfAttribute("issue.newsletter.from_name")
    from_email = SelfAttribute("issue.newsletter.from_email")
