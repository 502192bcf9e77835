"""The rules of feedback, as one table."""

from __future__ import annotations

import datetime
import itertools
import json
from typing import Any

import pytest

from newsletter import models as ledger
from newsletter.events.parsing import SesEvent, parse_event
from newsletter.events.verdicts import (
    BounceClass,
    LedgerState,
    Outcome,
    SuppressReason,
    Verdict,
    outcome_rank,
    soft_bounces_suppress,
    verdict,
)
from subscribers.models import SuppressionReason
from tests.newsletter.events.samples import DETAILS, published

ACCEPTED, REJECTED = LedgerState.ACCEPTED, LedgerState.REJECTED


def bounced(bounce_class: BounceClass, **changes: Any) -> Verdict:
    return Verdict(ledger=ACCEPTED, outcome=Outcome.BOUNCED, bounce_class=bounce_class, keep_raw=True, **changes)


HARD = bounced(BounceClass.HARD, suppress=SuppressReason.HARD_BOUNCE, counts_for_brakes=True)
SOFT = bounced(BounceClass.SOFT)
CONTENT = bounced(BounceClass.CONTENT)
HELD_BACK = bounced(BounceClass.SUPPRESSED, suppress=SuppressReason.HARD_BOUNCE)
LEFT = bounced(BounceClass.SUPPRESSED, unsubscribe=True)
COMPLAINED = Verdict(
    ledger=ACCEPTED,
    suppress=SuppressReason.COMPLAINT,
    unsubscribe=True,
    counts_for_brakes=True,
    complained=True,
    keep_raw=True,
)
COMPLAINED_BEFORE = bounced(BounceClass.SUPPRESSED, suppress=SuppressReason.COMPLAINT, unsubscribe=True)
ON_LIST = {"complaintSubType": "OnAccountSuppressionList"}

TABLE: list[tuple[str, dict[str, Any], Verdict]] = [
    ("Send", {}, Verdict(ledger=ACCEPTED)),
    ("Delivery", {}, Verdict(ledger=ACCEPTED, outcome=Outcome.DELIVERED)),
    ("DeliveryDelay", {}, Verdict(ledger=ACCEPTED)),
    ("Reject", {}, Verdict(ledger=REJECTED, keep_raw=True)),
    ("Rendering Failure", {}, Verdict(ledger=REJECTED, keep_raw=True)),
    ("Open", {}, Verdict(ledger=ACCEPTED, opened=True)),
    ("Click", {}, Verdict(ledger=ACCEPTED, clicked=True)),
    ("Subscription", {}, Verdict(ledger=ACCEPTED, keep_raw=True, report=True)),
    ("Bounce", {"bounceType": "Permanent", "bounceSubType": "General"}, HARD),
    ("Bounce", {"bounceType": "Permanent", "bounceSubType": "NoEmail"}, HARD),
    ("Bounce", {"bounceType": "Permanent", "bounceSubType": "StillToBeInvented"}, HARD),
    ("Bounce", {"bounceType": "Permanent", "bounceSubType": None}, HARD),
    ("Bounce", {"bounceType": "Permanent", "bounceSubType": "Suppressed"}, HELD_BACK),
    ("Bounce", {"bounceType": "Permanent", "bounceSubType": "OnAccountSuppressionList"}, HELD_BACK),
    ("Bounce", {"bounceType": "Permanent", "bounceSubType": "OnTenantSuppressionList"}, HELD_BACK),
    ("Bounce", {"bounceType": "Permanent", "bounceSubType": "EmailValidationSuppressed"}, HELD_BACK),
    ("Bounce", {"bounceType": "Permanent", "bounceSubType": "UnsubscribedRecipient"}, LEFT),
    ("Bounce", {"bounceType": "Transient", "bounceSubType": "General"}, SOFT),
    ("Bounce", {"bounceType": "Transient", "bounceSubType": "MailboxFull"}, SOFT),
    ("Bounce", {"bounceType": "Transient", "bounceSubType": "CustomTimeoutExceeded"}, SOFT),
    ("Bounce", {"bounceType": "Transient", "bounceSubType": "StillToBeInvented"}, SOFT),
    ("Bounce", {"bounceType": "Transient", "bounceSubType": "MessageTooLarge"}, CONTENT),
    ("Bounce", {"bounceType": "Transient", "bounceSubType": "ContentRejected"}, CONTENT),
    ("Bounce", {"bounceType": "Transient", "bounceSubType": "AttachmentRejected"}, CONTENT),
    ("Bounce", {"bounceType": "Permanent", "bounceSubType": "ContentRejected"}, CONTENT),
    ("Bounce", {"bounceType": "Undetermined", "bounceSubType": "Undetermined"}, SOFT),
    ("Bounce", {"bounceType": "StillToBeInvented", "bounceSubType": "General"}, SOFT),
    *[
        ("Complaint", {"complaintFeedbackType": kind}, COMPLAINED)
        for kind in (None, "abuse", "fraud", "virus", "other", "still-to-be-invented")
    ],
    ("Complaint", {"complaintFeedbackType": "abuse", "complaintSubType": "StillToBeInvented"}, COMPLAINED),
    ("Complaint", {"complaintFeedbackType": None} | ON_LIST, COMPLAINED_BEFORE),
    ("Complaint", {"complaintFeedbackType": None, "complaintSubType": "OnTenantSuppressionList"}, COMPLAINED_BEFORE),
    ("Complaint", {"complaintFeedbackType": "not-spam"}, Verdict(ledger=ACCEPTED, keep_raw=True)),
    ("Complaint", {"complaintFeedbackType": "auth-failure"}, Verdict(ledger=ACCEPTED, keep_raw=True, report=True)),
]


def event(name: str, changes: dict[str, Any]) -> SesEvent:
    parsed = parse_event(json.dumps(published(name, **changes)))
    assert isinstance(parsed, SesEvent)
    return parsed


@pytest.mark.parametrize(("name", "changes", "expected"), TABLE)
def test_what_an_event_means(name: str, changes: dict[str, Any], expected: Verdict) -> None:
    assert verdict(event(name, changes)) == expected


def test_the_table_has_every_kind() -> None:
    assert {name for name, _, _ in TABLE} == set(DETAILS)


def test_an_unknown_kind_proves_nothing_and_is_kept() -> None:
    parsed = parse_event(json.dumps(published("Send") | {"eventType": "Quarantine"}))
    assert isinstance(parsed, SesEvent)
    assert verdict(parsed) == Verdict(keep_raw=True, report=True)


def test_only_the_address_s_own_soft_bounces_are_counted() -> None:
    counted = {changes["bounceSubType"] for _, changes, each in TABLE if each.counts_as_soft_bounce}
    assert counted == {"General", "MailboxFull", "CustomTimeoutExceeded", "Undetermined", "StillToBeInvented"}
    assert [name for name, _, each in TABLE if each.resets_soft_bounces] == ["Delivery"]


def test_nothing_that_only_opens_or_clicks_touches_a_reader() -> None:
    for name in ("Open", "Click", "Send", "DeliveryDelay"):
        found = verdict(event(name, {}))
        assert (found.suppress, found.unsubscribe, found.counts_for_brakes) == (None, False, False)


def settle(*verdicts: Verdict) -> tuple[Outcome | None, BounceClass | None]:
    standing = max(verdicts, key=lambda each: each.rank)
    return standing.outcome, standing.bounce_class


DELIVERED = Verdict(outcome=Outcome.DELIVERED)
DELAYED = Verdict(ledger=ACCEPTED)


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([DELAYED], (None, None)),
        ([DELIVERED, DELAYED], (Outcome.DELIVERED, None)),
        ([DELIVERED, SOFT], (Outcome.DELIVERED, None)),
        ([DELIVERED, CONTENT], (Outcome.DELIVERED, None)),
        ([DELAYED, SOFT], (Outcome.BOUNCED, BounceClass.SOFT)),
        ([DELIVERED, HARD, SOFT], (Outcome.BOUNCED, BounceClass.HARD)),
        ([DELIVERED, COMPLAINED], (Outcome.DELIVERED, None)),
        ([DELAYED, HELD_BACK], (Outcome.BOUNCED, BounceClass.SUPPRESSED)),
    ],
)
def test_the_outcome_does_not_depend_on_the_order(verdicts: list[Verdict], expected: object) -> None:
    assert {settle(*order) for order in itertools.permutations(verdicts)} == {expected}


def test_waiting_ranks_lowest() -> None:
    assert outcome_rank(None, None) == 0
    assert [each.rank for each in (DELAYED, SOFT, CONTENT, DELIVERED, HARD, HELD_BACK)] == [0, 1, 1, 2, 3, 3]


@pytest.mark.parametrize(
    ("in_a_row", "days", "expected"),
    [
        (5, 14, SuppressReason.SOFT_BOUNCE),
        (6, 90, SuppressReason.SOFT_BOUNCE),
        (4, 90, None),
        (5, 13.99, None),
        (50, 1, None),
        (0, 0, None),
    ],
)
def test_soft_bounces_suppress_when_many_and_long(in_a_row: int, days: float, expected: object) -> None:
    first = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    last = first + datetime.timedelta(days=days)
    assert soft_bounces_suppress(in_a_row=in_a_row, first_at=first, last_at=last) is expected


def test_the_words_are_those_of_the_ledger_and_of_the_suppression_list() -> None:
    assert {each.name: each.value for each in BounceClass} == {each.name: each.value for each in ledger.BounceClass}
    assert {each.value for each in SuppressReason} == set(SuppressionReason.values) - {"manual"}
