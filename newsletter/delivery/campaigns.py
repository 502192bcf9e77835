"""The campaign's life: the only writer of ``Campaign.status``.

``scheduled → preparing → sending ⇄ paused → finished``; ``cancelled`` from any state before ``finished``. Each move is
one conditional UPDATE that must change one row, with its audit row in the same transaction.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from newsletter import workflow
from newsletter.delivery import ledger
from newsletter.errors import NotPermitted, Refused
from newsletter.models import (
    Campaign,
    CampaignStatus,
    CampaignTransition,
    DeliveryState,
    Issue,
    IssueStatus,
    LatePolicy,
)
from subscribers.audience import Audience

S = CampaignStatus
UNDO = datetime.timedelta(seconds=60)


@transaction.atomic
def schedule(
    issue: Issue,
    user: User,
    *,
    at: datetime.datetime | None = None,
    undo: datetime.timedelta = UNDO,
    late_policy: LatePolicy = LatePolicy.HOLD,
    late_minutes: int = 60,
    note: str = "",
) -> Campaign:
    """Make the campaign of an approved issue, to be sent at ``at`` (now, when ``None``) and not within ``undo``.

    Raises ``Refused`` when the issue isn't approved, its approval is stale, or the time has passed.
    """
    workflow.check(issue, "schedule", user)
    if problems := workflow.sending_problems(issue):
        raise Refused(" ".join(problems))
    now = timezone.now()
    if at is not None and at < now - datetime.timedelta(minutes=1):
        raise Refused(f"{at.isoformat()} has passed; name a time to come.")
    workflow.advance(issue, "schedule", user, note)
    assert issue.approved_rendition is not None  # noqa: S101 - sending_problems said so
    campaign = Campaign.objects.create(
        issue=issue,
        rendition=issue.approved_rendition,
        mailing_list=issue.newsletter.mailing_list,
        audience_hash=issue.approved_audience,
        send_at=at or now,
        undo_until=now + undo,
        late_policy=late_policy,
        late_minutes=late_minutes,
    )
    _audit(campaign, "", S.SCHEDULED, user, note)
    return campaign


@transaction.atomic
def unschedule(issue: Issue, user: User, note: str = "") -> None:
    """Take a scheduled issue back before anything was sent: its campaign is cancelled, it is approved again."""
    workflow.check(issue, "unschedule", user)
    campaign = live_campaign(issue)
    if campaign is None or not move(campaign, (S.SCHEDULED,), S.CANCELLED, user, note):
        raise Refused(f"{issue.slug} is being sent already; pause or cancel its campaign instead.")
    workflow.advance(issue, "unschedule", user, note)


@transaction.atomic
def cancel(campaign: Campaign, user: User, note: str = "") -> None:
    """Send no more. What wasn't sent becomes skipped; an issue of which nothing was sent is approved again."""
    _require(user, "cancel_campaign")
    origins = (S.SCHEDULED, S.PREPARING, S.SENDING, S.PAUSED)
    if not move(campaign, origins, S.CANCELLED, user, note):
        raise Refused(f"{campaign.slug} is {campaign.status}; there is nothing to cancel.")
    ledger.skip_pending(campaign.pk, "cancelled")
    nothing_sent = not ledger.anything_tried(campaign.pk)
    if campaign.issue.status == IssueStatus.SENT:
        return  # what is cancelled was a resend
    if campaign.issue.status == IssueStatus.SCHEDULED or nothing_sent:
        workflow.advance(campaign.issue, "withhold", user, note)
    else:
        workflow.advance(campaign.issue, "finish", user, note or "sent in part")


def withhold(campaign: Campaign, reason: str) -> None:
    """The engine's stop before the freeze: the campaign is cancelled, and the issue says why."""
    with transaction.atomic():
        stopped = move(campaign, (S.SCHEDULED, S.PREPARING), S.CANCELLED, None, reason, reason=reason)
        if stopped and campaign.issue.status == IssueStatus.SCHEDULED:
            workflow.advance(campaign.issue, "withhold", None, reason)


def hold(campaign: Campaign, reason: str) -> None:
    """Keep a scheduled campaign from starting until somebody resumes or unschedules it."""
    with transaction.atomic():
        # Preparing is where an engine that was killed left it: nothing is frozen, so it goes back.
        waiting = Campaign.objects.filter(pk=campaign.pk, status__in=(S.SCHEDULED, S.PREPARING), reason="")
        if waiting.update(status=S.SCHEDULED, reason=reason):
            _audit(campaign, campaign.status, S.SCHEDULED, None, reason)


def pause(campaign: Campaign, user: User | None, reason: str) -> bool:
    """Stop sending within one chunk. ``user`` is ``None`` for the engine. ``False``: it wasn't sending."""
    if user is not None:
        _require(user, "pause_campaign")
    return move(campaign, (S.SENDING,), S.PAUSED, user, reason, reason=reason)


def resume(campaign: Campaign, user: User, note: str = "") -> None:
    """Go on exactly where the campaign stopped; lets a held campaign start. Raises ``Refused``."""
    _require(user, "pause_campaign")
    if move(campaign, (S.PAUSED,), S.SENDING, user, note, reason=""):
        return
    with transaction.atomic():
        held = Campaign.objects.filter(pk=campaign.pk, status=S.SCHEDULED).exclude(reason="")
        if not held.update(reason="", late_policy=LatePolicy.SEND):
            raise Refused(f"{campaign.slug} is {campaign.status}; only a paused or held campaign can be resumed.")
        _audit(campaign, S.SCHEDULED, S.SCHEDULED, user, note)


@transaction.atomic
def resend(campaign: Campaign, user: User, only: str) -> int:
    """Move the rejected or in-doubt deliveries, on the operator's word, back to pending. Returns how many."""
    _require(user, "resend_campaign")
    campaign.refresh_from_db(from_queryset=Campaign.objects.select_for_update(no_key=True))
    if campaign.status not in {S.SENDING, S.PAUSED, S.FINISHED}:
        raise Refused(f"{campaign.slug} is {campaign.status}; there is nothing to resend.")
    count = ledger.reopen(campaign.pk, only)
    if count:
        campaign.batches.update(done_at=None, enqueued_at=None)
        target = S.SENDING if campaign.status == S.FINISHED else CampaignStatus(campaign.status)
        move(campaign, (CampaignStatus(campaign.status),), target, user, f"resend {count} {only}", finished_at=None)
    return count


def finish(campaign: Campaign) -> bool:
    """Close a campaign with nothing pending or submitting; its issue is sent."""
    with transaction.atomic():
        if not move(campaign, (S.SENDING,), S.FINISHED, None, ""):
            return False
        if campaign.issue.status == IssueStatus.SENDING:
            workflow.advance(campaign.issue, "finish")
        return True


def answered_late(campaign_id: int, first: int, last: int) -> None:
    """SES's answer may make a range pending after the campaign had ended: what was cancelled is skipped, and what was
    finished goes on. First in its transaction."""
    # Locked: a cancellation has either skipped what was pending, or is seen here.
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)
    if campaign.status == S.CANCELLED:
        ledger.skip_pending(campaign_id, "cancelled", within=(first, last))
    elif campaign.status == S.FINISHED and ledger.states_in(campaign_id, first, last)[DeliveryState.PENDING]:
        move(campaign, (S.FINISHED,), S.SENDING, None, "SES answered after the campaign was finished", finished_at=None)


def move(
    campaign: Campaign,
    origins: tuple[CampaignStatus, ...],
    target: CampaignStatus,
    user: User | None,
    note: str,
    **fields: Any,
) -> bool:
    """One conditional UPDATE with its audit row. ``False``: the campaign stood elsewhere and nothing changed."""
    with transaction.atomic():
        before = campaign.status
        if target in {S.FINISHED, S.CANCELLED}:
            fields["finished_at"] = timezone.now()
        allowed = [before] if before in origins else []
        moved = Campaign.objects.filter(pk=campaign.pk, status__in=allowed).update(status=target, **fields)
        if moved:
            _audit(campaign, before, target, user, note)
            campaign.refresh_from_db()
    return bool(moved)


def live_campaign(issue: Issue) -> Campaign | None:
    """The issue's one campaign that isn't cancelled."""
    return Campaign.objects.select_related("issue").filter(issue=issue).exclude(status=S.CANCELLED).first()


def audience_of(campaign: Campaign) -> Audience:
    return Audience(campaign.mailing_list_id)


def _audit(campaign: Campaign, before: str, after: str, user: User | None, note: str) -> None:
    CampaignTransition.objects.create(campaign=campaign, from_status=before, to_status=after, user=user, note=note)


def _require(user: User, permission: str) -> None:
    if not user.has_perm(f"newsletter.{permission}"):
        raise NotPermitted(f"{user.get_username()} may not do this; the permission is newsletter.{permission}.")
