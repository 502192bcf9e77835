"""What the demo starts with: people of the desk, readers of every standing, an issue approved by a second person."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

from django.contrib.auth.models import Group, User

from newsletter import workflow
from newsletter.bootstrap import bootstrap
from newsletter.editing import import_digest
from newsletter.models import Issue
from subscribers import subscriptions, suppression
from subscribers.addresses import Address, normalise
from subscribers.consent import Evidence
from subscribers.models import ConsentAction, MailingList, Subscription, SuppressionReason

PASSWORD = "sudi-demo"  # noqa: S105 - printed on the screen, for a machine of one's own
PEOPLE = {"lin": "Writers", "mei": "Editors", "ops": "Ops"}
EVIDENCE = Evidence(source="demo", words="I want this digest every day.", locale="zh-Hans")
FAMILY = ("王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴")
GIVEN = ("晓宁", "子涵", "思远", "雨桐", "嘉懿", "明哲", "若曦", "一诺", "浩然", "书妍", "景行")
CHUNK = 1000
# Amazon's mailbox simulator: what these addresses do is documented, and the sandbox does it too.
SIMULATED = ("bounce+{}", "complaint+{}", "ooto+{}", "success+{}")


def people() -> None:
    """The desk's logins, and an administrator."""
    bootstrap()
    for username, group in PEOPLE.items():
        user = User.objects.create_user(username, f"{username}@sudi.example", PASSWORD, is_staff=True)
        user.groups.add(Group.objects.get(name=group))
    User.objects.create_superuser("admin", "admin@sudi.example", PASSWORD)


def readers(mailing_list: MailingList, count: int) -> None:
    """``count`` readers on the list; a few bounce, complain, are suppressed, have left, paused or not confirmed."""
    everybody = _addresses(count)
    while chunk := list(itertools.islice(everybody, CHUNK)):
        subscriptions.import_many(chunk, mailing_list, EVIDENCE)
    oldest = Subscription.objects.select_related("subscriber", "mailing_list").filter(mailing_list=mailing_list)
    few = list(oldest.filter(subscriber__address_key__startswith="reader").order_by("pk")[:8])
    for subscription in few[:2]:
        suppression.suppress([normalise(subscription.subscriber.email)], SuppressionReason.HARD_BOUNCE, "demo")
    for subscription in few[2:5]:
        subscriptions.unsubscribe(subscription, EVIDENCE)
    for subscription in few[5:7]:
        subscriptions.move(subscription, ConsentAction.PAUSED, EVIDENCE)
    newcomer = subscriptions.enrol(normalise("newcomer@reader.test"))
    subscriptions.request(newcomer, mailing_list, EVIDENCE)


def digest(path: Path) -> Issue:
    """Import a digest as the writer. Raises ``DigestError``, ``OSError``."""
    done = import_digest(path.read_bytes(), path.name, user=User.objects.get(username="lin"))
    assert done.issue is not None  # noqa: S101 - only a dry run makes none
    return done.issue


def approve(issue: Issue) -> Issue:
    """Submitted by the writer, approved by the editor."""
    workflow.submit(issue, User.objects.get(username="lin"))
    workflow.approve(issue, User.objects.get(username="mei"))
    return issue


def _addresses(count: int) -> Iterator[tuple[Address, str]]:
    names = itertools.cycle(family + given for given in GIVEN for family in FAMILY)
    simulated = [pattern.format(number) for number in (1, 2) for pattern in SIMULATED]
    for local in simulated[:count]:
        yield normalise(f"{local}@simulator.amazonses.com"), ""
    for number in range(1, count - len(simulated) + 1):
        yield normalise(f"reader{number:05d}@reader.test"), next(names)
