from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from newsletter import editing, workflow
from newsletter.delivery import campaigns
from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.errors import NotPermitted, Refused
from newsletter.models import Campaign, CampaignStatus, DeliveryState, Issue, IssueStatus, Newsletter
from tests.newsletter.delivery.making import (
    approved,
    deliveries,
    delivery,
    editor,
    ops,
    person,
    put,
    readers,
    run,
    scheduled,
    send,
    sending,
    states,
    tick,
)

pytestmark = pytest.mark.usefixtures("installation")
C, S = CampaignStatus, DeliveryState
HOUR = datetime.timedelta(hours=1)


def moves(campaign: Campaign) -> list[tuple[str, str, str | None, str]]:
    return [
        (move.from_status, move.to_status, move.user.username if move.user else None, move.note)
        for move in campaign.transitions.order_by("pk")
    ]


def status(campaign: Campaign) -> str:
    campaign.refresh_from_db()
    return campaign.status


def finished(recipients: int = 3) -> Campaign:
    campaign = sending(recipients)
    run(campaign, MemoryGateway())
    tick()
    assert status(campaign) == C.FINISHED
    return campaign


# Who may


@pytest.mark.parametrize(
    ("act", "role"),
    [
        (lambda campaign, user: campaigns.schedule(campaign.issue, user), "Ops"),
        (lambda campaign, user: campaigns.schedule(campaign.issue, user), "Writers"),
        (lambda campaign, user: campaigns.unschedule(campaign.issue, user), "Ops"),
        (lambda campaign, user: campaigns.pause(campaign, user, "wait"), "Editors"),
        (campaigns.resume, "Editors"),
        (campaigns.cancel, "Writers"),
        (lambda campaign, user: campaigns.resend(campaign, user, "rejected"), "Editors"),
    ],
)
def test_without_the_permission_nothing_happens(act: Callable[[Campaign, User], object], role: str) -> None:
    campaign = sending(2)
    before = moves(campaign)
    with pytest.raises(NotPermitted, match="permission is newsletter"):
        act(campaign, person("eve", role))
    assert moves(campaign) == before
    assert status(campaign) == C.SENDING


# Schedule


def test_an_approved_issue_is_scheduled_with_what_was_approved() -> None:
    issue, at = approved(), timezone.now() + HOUR
    campaign = campaigns.schedule(issue, editor(), at=at)
    assert (campaign.status, campaign.send_at) == (C.SCHEDULED, at)
    assert (campaign.rendition, campaign.audience_hash) == (issue.approved_rendition, issue.approved_audience)
    assert campaign.mailing_list == issue.newsletter.mailing_list
    assert issue.status == IssueStatus.SCHEDULED
    assert moves(campaign) == [("", "scheduled", "mei", "")]


def test_now_is_after_the_undo_window() -> None:
    campaign = campaigns.schedule(approved(), editor())
    assert campaign.undo_until - campaign.send_at == campaigns.undo_window()


def test_a_time_that_has_passed_is_refused() -> None:
    issue = approved()
    with pytest.raises(Refused, match="has passed"):
        campaigns.schedule(issue, editor(), at=timezone.now() - HOUR)
    assert Issue.objects.get(pk=issue.pk).status == IssueStatus.APPROVED
    assert not Campaign.objects.exists()


def test_a_stale_approval_is_refused() -> None:
    issue = approved()
    Newsletter.objects.update(from_name="Else")
    with pytest.raises(Refused, match="Approve it again"):
        campaigns.schedule(issue, editor())
    assert not Campaign.objects.exists()


def test_an_issue_that_is_not_approved_is_refused() -> None:
    issue = approved()
    workflow.reopen(issue, editor(), "typo")
    with pytest.raises(Refused, match="is draft"):
        campaigns.schedule(issue, editor())


def test_an_issue_has_one_live_campaign() -> None:
    campaign = scheduled()
    with pytest.raises(Refused, match="to schedule it must be approved"):
        campaigns.schedule(campaign.issue, editor())
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.create(
            issue=campaign.issue,
            rendition=campaign.rendition,
            mailing_list=campaign.mailing_list,
            send_at=timezone.now(),
            undo_until=timezone.now(),
        )
    assert campaigns.live_campaign(campaign.issue) == campaign


def test_a_cancelled_campaign_makes_room_for_another() -> None:
    first = scheduled()
    campaigns.unschedule(first.issue, editor())
    assert campaigns.live_campaign(first.issue) is None
    second = campaigns.schedule(first.issue, editor())
    assert campaigns.live_campaign(first.issue) == second


# Unschedule


def test_what_was_not_sent_can_be_taken_back() -> None:
    campaign = scheduled()
    campaigns.unschedule(campaign.issue, editor(), "typo")
    assert status(campaign) == C.CANCELLED
    assert campaign.issue.status == IssueStatus.APPROVED
    assert moves(campaign)[-1] == ("scheduled", "cancelled", "mei", "typo")


def test_what_is_being_sent_can_not_be_unscheduled() -> None:
    readers(2)
    campaign = scheduled()
    campaigns.move(campaign, (C.SCHEDULED,), C.PREPARING, None, "")
    with pytest.raises(Refused, match="is being sent already"):
        campaigns.unschedule(campaign.issue, editor())
    tick()
    with pytest.raises(Refused, match="to unschedule it must be scheduled"):
        campaigns.unschedule(Issue.objects.get(pk=campaign.issue_id), editor())


def test_an_edit_takes_a_scheduled_campaign_back() -> None:
    campaign = scheduled()
    editing.reopen(campaign.issue, editor(), "imported again")
    assert (status(campaign), campaign.reason) == (C.CANCELLED, "imported again")
    assert campaign.issue.status == IssueStatus.DRAFT


# Pause and resume


def test_a_campaign_is_paused_and_resumed_by_ops() -> None:
    campaign = sending(2)
    assert campaigns.pause(campaign, ops(), "too many bounces")
    assert (campaign.status, campaign.reason) == (C.PAUSED, "too many bounces")
    campaigns.resume(campaign, ops(), "list cleaned")
    assert (campaign.status, campaign.reason) == (C.SENDING, "")
    assert moves(campaign)[-2:] == [
        ("sending", "paused", "ravi", "too many bounces"),
        ("paused", "sending", "ravi", "list cleaned"),
    ]


def test_only_what_is_sending_can_be_paused() -> None:
    campaign = scheduled()
    before = moves(campaign)
    assert not campaigns.pause(campaign, ops(), "wait")
    assert moves(campaign) == before


@pytest.mark.parametrize("make", [scheduled, sending, finished])
def test_only_what_is_paused_or_held_can_be_resumed(make: Callable[[], Campaign]) -> None:
    campaign = make()
    with pytest.raises(Refused, match="only a paused or held campaign"):
        campaigns.resume(campaign, ops())


def test_a_move_from_a_state_that_is_history_changes_nothing() -> None:
    campaign = sending(2)
    stale = Campaign.objects.get(pk=campaign.pk)
    campaigns.cancel(campaign, ops())
    before = moves(campaign)
    assert not campaigns.pause(stale, ops(), "wait")
    assert (status(campaign), moves(campaign)) == (C.CANCELLED, before)


# Cancel


def test_cancelled_before_the_first_mail_the_issue_is_approved_again() -> None:
    campaign = sending(3)
    campaigns.cancel(campaign, editor(), "wrong week")
    assert states(campaign) == [S.SKIPPED] * 3
    assert {row.code for row in deliveries(campaign)} == {"cancelled"}
    assert (status(campaign), campaign.issue.status) == (C.CANCELLED, IssueStatus.APPROVED)
    assert campaign.finished_at is not None
    assert moves(campaign)[-1] == ("sending", "cancelled", "mei", "wrong week")
    assert campaign.issue.transitions.first().note == "wrong week"  # type: ignore[union-attr]


def test_cancelled_after_the_first_mail_the_issue_is_sent() -> None:
    campaign = sending(3)
    put(campaign, S.ACCEPTED, position=2, attempt=1)
    campaigns.cancel(campaign, editor())
    assert states(campaign) == [S.SKIPPED, S.ACCEPTED, S.SKIPPED]
    assert (status(campaign), campaign.issue.status) == (C.CANCELLED, IssueStatus.SENT)
    with pytest.raises(Refused):
        campaigns.schedule(campaign.issue, editor())


def test_a_call_that_may_be_out_counts_as_a_mail() -> None:
    campaign = sending(3)
    put(campaign, S.SUBMITTING, position=2, attempt=1)
    campaigns.cancel(campaign, editor())
    assert states(campaign) == [S.SKIPPED, S.SUBMITTING, S.SKIPPED]
    assert campaign.issue.status == IssueStatus.SENT


def test_a_paused_or_scheduled_campaign_can_be_cancelled() -> None:
    paused, waiting = sending(2), scheduled(2)
    campaigns.pause(paused, ops(), "wait")
    for campaign in (paused, waiting):
        campaigns.cancel(campaign, ops())
        assert (status(campaign), campaign.issue.status) == (C.CANCELLED, IssueStatus.APPROVED)


def test_what_has_ended_can_not_be_cancelled() -> None:
    campaign = finished()
    with pytest.raises(Refused, match="nothing to cancel"):
        campaigns.cancel(campaign, ops())


def test_a_cancelled_campaign_sends_no_more() -> None:
    campaign, gateway = sending(3), MemoryGateway()
    campaigns.cancel(campaign, ops())
    tick()
    assert send(campaign, gateway) == 0
    assert gateway.sent == []


# Resend


def test_a_resend_opens_a_finished_campaign_and_says_who_did_it() -> None:
    campaign = finished()
    put(campaign, S.REJECTED, position=2, code="FAILED")
    put(campaign, S.IN_DOUBT, position=3)
    assert campaigns.resend(campaign, ops(), "rejected") == 1
    assert (campaign.status, campaign.finished_at) == (C.SENDING, None)
    assert states(campaign) == [S.ACCEPTED, S.PENDING, S.IN_DOUBT]
    assert moves(campaign)[-1] == ("finished", "sending", "ravi", "resend 1 rejected")
    assert campaign.batches.filter(done_at=None).exists()
    run(campaign, MemoryGateway())
    tick()
    assert (status(campaign), campaign.issue.status) == (C.FINISHED, IssueStatus.SENT)
    assert delivery(campaign, 2).attempt == 2


def test_a_resend_of_a_paused_campaign_leaves_it_paused() -> None:
    campaign = sending(2)
    put(campaign, S.REJECTED, code="FAILED", attempt=1)
    campaigns.pause(campaign, ops(), "wait")
    assert campaigns.resend(campaign, ops(), "rejected") == 1
    assert status(campaign) == C.PAUSED
    assert moves(campaign)[-1] == ("paused", "paused", "ravi", "resend 1 rejected")


def test_a_resend_of_nothing_is_no_move() -> None:
    campaign = finished()
    before = moves(campaign)
    assert campaigns.resend(campaign, ops(), "in_doubt") == 0
    assert (status(campaign), moves(campaign)) == (C.FINISHED, before)


@pytest.mark.parametrize("cancelled_meanwhile", [True, False])
def test_a_cancelled_campaign_is_not_sent_again(cancelled_meanwhile: bool) -> None:
    campaign = sending(2)
    put(campaign, S.REJECTED, code="FAILED", attempt=1)
    stale = Campaign.objects.get(pk=campaign.pk)
    campaigns.cancel(campaign, ops())
    with pytest.raises(Refused, match="nothing to resend"):
        campaigns.resend(stale if cancelled_meanwhile else campaign, ops(), "rejected")
    assert states(campaign) == [S.REJECTED, S.SKIPPED]


def test_a_resend_can_be_cancelled() -> None:
    campaign = finished()
    put(campaign, S.REJECTED, position=2, code="FAILED")
    campaigns.resend(campaign, ops(), "rejected")
    campaigns.cancel(campaign, ops(), "better not")
    assert (status(campaign), campaign.issue.status) == (C.CANCELLED, IssueStatus.SENT)
    assert states(campaign) == [S.ACCEPTED, S.SKIPPED, S.ACCEPTED]
