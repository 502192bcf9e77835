"""Campaigns for tests, made as people make them: imported, submitted, approved, scheduled."""

from __future__ import annotations

import dataclasses
import datetime
import threading
from collections.abc import Sequence
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User

from newsletter import editing, workflow
from newsletter.delivery import campaigns, engine, ledger, sender
from newsletter.delivery.gateways import Answer, Gateway, Letter, Mail, Outcome
from newsletter.delivery.gateways.memory import MemoryGateway, Script
from newsletter.delivery.gateways.ses import SesGateway, new_gateway
from newsletter.delivery.ledger import Claimed
from newsletter.models import Batch, Campaign, Delivery, DeliveryState, Issue
from subscribers import subscriptions
from subscribers.addresses import normalise
from subscribers.consent import Evidence
from subscribers.models import MailingList, Subscription

DIGEST = """# 🤖 AI行业速递 - 2026年03月{day:02d}日

## 一条足够长的新闻标题

> **分类：** 工程实践
> **来源：** [Example](https://news.example/1)

**核心洞察：** 只为测试而写的洞察。
**内容简介：**

- 要点：第一个要点。
"""
NOW = datetime.timedelta(0)
EVIDENCE = Evidence(source="test")
never = threading.Event()


def configure(**values: Any) -> None:
    """Other values of the environment, until the test's ``settings`` fixture puts them back."""
    settings.SUDI = dataclasses.replace(settings.SUDI, **values)


def person(name: str, *roles: str) -> User:
    user = User.objects.filter(username=name).first() or User.objects.create_user(name)
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def editor() -> User:
    return person("mei", "Editors")


def ops() -> User:
    return person("ravi", "Ops")


def readers(count: int, *, of: str = "express") -> list[Subscription]:
    """So many more people on a newsletter's list, in the order of their subscriptions."""
    mailing_list = MailingList.objects.get(slug=of)
    before = mailing_list.subscriptions.count()
    people = [(normalise(f"{of}-{before + n}@example.test"), f"Reader {before + n}") for n in range(1, count + 1)]
    subscriptions.import_many(people, mailing_list, EVIDENCE)
    return list(mailing_list.subscriptions.select_related("subscriber").order_by("subscriber_id")[before:])


def approved(day: int = 1) -> Issue:
    issue = editing.import_digest(DIGEST.format(day=day).encode(), "test.md").issue
    assert issue is not None
    workflow.submit(issue, editor())
    workflow.approve(issue, editor())
    return issue


def scheduled(day: int = 1, *, undo: datetime.timedelta = NOW, at: datetime.datetime | None = None) -> Campaign:
    return campaigns.schedule(approved(day), editor(), at=at, undo=undo)


def sending(recipients: int = 3, *, day: int = 1) -> Campaign:
    """A frozen campaign, of which nothing is sent."""
    readers(recipients)
    campaign = scheduled(day)
    tick()
    campaign.refresh_from_db()
    return campaign


def tick(gateway: Gateway | None = None) -> list[int]:
    """One pass of the engine; the ids of the batches that it enqueued."""
    enqueued: list[int] = []
    engine.tick(gateway or MemoryGateway(), enqueued.append)
    return enqueued


def send(campaign: Campaign, gateway: Gateway, *, stop: threading.Event = never) -> int:
    """Run every batch of the campaign once, in order of positions."""
    batches = list(campaign.batches.order_by("number"))
    return sum(sender.send_batch(batch.pk, gateway, stop) for batch in batches)


def run(campaign: Campaign, gateway: Gateway, *, most: int = 40) -> None:
    """Send until nothing more is called for; a batch that must wait is made to wait no longer."""
    for _ in range(most):
        Batch.objects.update(not_before=None)
        if not send(campaign, gateway):
            return


def script(*outcomes: Outcome, code: str | None = None, remedy: str = "") -> Script:
    """A script that gives each letter in turn one of the outcomes."""

    def play(mail: Mail, letters: Sequence[Letter]) -> list[Answer]:
        in_turn = [outcomes[index % len(outcomes)] for index in range(len(letters))]
        return [
            Answer(outcome, message_id=f"m-{letter.address}")
            if outcome is Outcome.ACCEPTED
            else Answer(outcome, code=code or outcome.upper(), remedy=remedy)
            for outcome, letter in zip(in_turn, letters, strict=True)
        ]

    return play


def failing(error: BaseException) -> Script:
    def play(mail: Mail, letters: Sequence[Letter]) -> list[Answer]:
        raise error

    return play


def delivery(campaign: Campaign, position: int = 1) -> Delivery:
    return Delivery.objects.get(campaign_id=campaign.pk, position=position)


def deliveries(campaign: Campaign) -> list[Delivery]:
    return list(Delivery.objects.filter(campaign_id=campaign.pk).order_by("position"))


def states(campaign: Campaign) -> list[DeliveryState]:
    return [DeliveryState(each.state) for each in deliveries(campaign)]


def put(campaign: Campaign, state: DeliveryState, *, position: int = 1, **fields: object) -> None:
    """Set a ledger row as an earlier life would have left it."""
    Delivery.objects.filter(campaign_id=campaign.pk, position=position).update(state=state, **fields)
    if state == DeliveryState.IN_DOUBT:
        campaign.batches.filter(first__lte=position, last__gte=position).update(has_doubts=True)


def claim(campaign: Campaign, positions: Sequence[int]) -> list[Claimed]:
    return ledger.claim(campaign.pk, positions, campaigns.audience_of(campaign))


def addresses(gateway: MemoryGateway) -> list[str]:
    return [letter.address for _, letter in gateway.sent]


def gateway_to(url: str, monkeypatch: pytest.MonkeyPatch) -> SesGateway:
    """The gateway of production, told another endpoint the way the demo tells it."""
    for name, value in {
        "AWS_ENDPOINT_URL_SESV2": url,
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/nonexistent",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        "NO_PROXY": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, value)
    configure(read_timeout=0.3)
    return new_gateway()
