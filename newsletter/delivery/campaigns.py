"""The campaign's life: the only writer of ``Campaign.status``.

``scheduled → preparing → sending ⇄ paused → finished``; ``cancelled`` from any state before ``finished``. Each move is
one conditional UPDATE that must change one row, with its audit row in the same transaction.
"""

from __future__ import annotations

import dataclasses
import datetime
import itertools
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter import notices, people, workflow
from newsletter.delivery import ledger
from newsletter.delivery.results import results
from newsletter.errors import NotPermitted, Refused
from newsletter.models import (
    Campaign,
    CampaignStatus,
    CampaignTransition,
    DeliveryState,
    Issue,
    IssueStatus,
    LatePolicy,
    NoticeKind,
    SendRate,
    StopCause,
)
from subscribers.audience import Audience

S = CampaignStatus


def undo_window() -> datetime.timedelta:
    """How long nothing is sent after an issue was scheduled at the desk."""
    return datetime.timedelta(seconds=settings.SUDI.undo_seconds)


@transaction.atomic
def schedule(
    issue: Issue,
    user: User,
    *,
    at: datetime.datetime | None = None,
    undo: datetime.timedelta | None = None,
    late_policy: LatePolicy = LatePolicy.HOLD,
    late_minutes: int = 60,
    canary: int | None = None,
    canary_minutes: int = 30,
    note: str = "",
) -> Campaign:
    """Make the campaign of an approved issue, to be sent at ``at`` (now, when ``None``) and not within ``undo``
    (the usual window, when ``None``).

    ``canary``: so many are sent first, and the others so many minutes later, unless the results are bad.

    Raises ``Refused`` when the issue isn't approved, its approval is stale, or the time has passed.
    """
    workflow.check(issue, "schedule", user)
    if problems := workflow.sending_problems(issue):
        raise Refused(" ".join(problems))
    now = timezone.now()
    if at is not None and at < now - datetime.timedelta(minutes=1):
        raise Refused(_("%(time)s has passed; name a time to come.") % {"time": at.isoformat()})
    if canary is not None and (canary < 1 or canary_minutes < 1):
        raise Refused(_("A canary is at least one recipient, and waits for at least one minute."))
    workflow.advance(issue, "schedule", user, note)
    assert issue.approved_rendition is not None  # noqa: S101 - sending_problems said so
    campaign = Campaign.objects.create(
        issue=issue,
        rendition=issue.approved_rendition,
        mailing_list=issue.newsletter.mailing_list,
        audience_hash=issue.approved_audience,
        send_at=at or now,
        undo_until=now + (undo_window() if undo is None else undo),
        late_policy=late_policy,
        late_minutes=late_minutes,
        canary=canary,
        canary_minutes=canary_minutes,
    )
    _audit(campaign, "", S.SCHEDULED, user, note)
    return campaign


@transaction.atomic
def unschedule(issue: Issue, user: User, note: str = "") -> None:
    """Take a scheduled issue back before anything was sent: its campaign is cancelled, it is approved again."""
    workflow.check(issue, "unschedule", user)
    campaign = live_campaign(issue)
    if campaign is None or not move(campaign, (S.SCHEDULED,), S.CANCELLED, user, note):
        said = {"issue": issue.slug}
        raise Refused(_("%(issue)s is being sent already; pause or cancel its campaign instead.") % said)
    workflow.advance(issue, "unschedule", user, note)


@transaction.atomic
def cancel(campaign: Campaign, user: User, note: str = "") -> None:
    """Send no more. What wasn't sent becomes skipped; an issue of which nothing was sent is approved again."""
    _require(user, "cancel_campaign")
    origins = (S.SCHEDULED, S.PREPARING, S.SENDING, S.PAUSED)
    if not move(campaign, origins, S.CANCELLED, user, note):
        raise Refused(_("%(campaign)s is %(status)s; there is nothing to cancel.") % _standing(campaign))
    ledger.skip_pending(campaign.pk, "cancelled")
    nothing_sent = not ledger.anything_tried(campaign.pk)
    if campaign.issue.status == IssueStatus.SENT:
        return  # what is cancelled was a resend
    if campaign.issue.status == IssueStatus.SCHEDULED or nothing_sent:
        workflow.advance(campaign.issue, "withhold", user, note)
    else:
        workflow.advance(campaign.issue, "finish", user, note or _("sent in part"))


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
            _tell(campaign, NoticeKind.HELD, reason)


def pause(campaign: Campaign, user: User | None, reason: str, *, cause: StopCause | None = None) -> bool:
    """Stop sending within one chunk. ``user`` is ``None`` for the engine. ``False``: it wasn't sending."""
    if user is not None:
        _require(user, "pause_campaign")
    # Who pauses what would go on by itself means to stop it.
    origins = (S.SENDING, S.PAUSED) if user and campaign.cause == StopCause.QUOTA else (S.SENDING,)
    with transaction.atomic():
        paused = move(campaign, origins, S.PAUSED, user, reason, reason=reason, cause=cause or "")
        if paused and user is None:
            _tell(campaign, NoticeKind.PAUSED, reason)
    return paused


def resume(campaign: Campaign, user: User, note: str = "") -> None:
    """Go on exactly where the campaign stopped; lets a held campaign start. Raises ``Refused``."""
    _require(user, "pause_campaign")
    with transaction.atomic():
        if move(campaign, (S.PAUSED,), S.SENDING, user, note, reason="", cause="", **_overriding(campaign)):
            return
        held = Campaign.objects.filter(pk=campaign.pk, status=S.SCHEDULED).exclude(reason="")
        if not held.update(reason="", late_policy=LatePolicy.SEND):
            said = _standing(campaign)
            raise Refused(_("%(campaign)s is %(status)s; only a paused or held campaign can be resumed.") % said)
        _audit(campaign, S.SCHEDULED, S.SCHEDULED, user, note)


@transaction.atomic
def go_on(campaign: Campaign, note: str) -> bool:
    """The engine's end of a pause for the daily quota. ``False``: somebody has moved the campaign since."""
    held = Campaign.objects.filter(pk=campaign.pk, status=S.PAUSED, cause=StopCause.QUOTA)
    if not held.update(status=S.SENDING, reason="", cause=""):
        return False
    campaign.batches.update(not_before=None)
    _audit(campaign, S.PAUSED, S.SENDING, None, note)
    campaign.refresh_from_db()
    return True


@transaction.atomic
def start_waiting(campaign: Campaign) -> bool:
    """The canary is sent: the engine waits for what becomes of it. ``False``: somebody was quicker."""
    until = timezone.now() + datetime.timedelta(minutes=campaign.canary_minutes)
    waiting = Campaign.objects.filter(pk=campaign.pk, status=S.SENDING, canary_until=None, canary_over_at=None)
    if not waiting.update(canary_until=until):
        return False
    said = {"time": f"{until:%Y-%m-%d %H:%M}"}
    _audit(campaign, S.SENDING, S.SENDING, None, _("the canary is sent; waiting until %(time)s UTC") % said)
    campaign.refresh_from_db()
    return True


@transaction.atomic
def release(campaign: Campaign, user: User | None, note: str = "") -> None:
    """Send to the others too: the canary is well (the engine, ``None``), or an operator won't wait for it.

    Raises ``Refused`` where the campaign doesn't wait for a canary.
    """
    if user is not None:
        _require(user, "pause_campaign")
    waiting = Campaign.objects.filter(pk=campaign.pk, status=campaign.status, canary__isnull=False, canary_over_at=None)
    if campaign.status not in {S.SENDING, S.PAUSED} or not waiting.update(canary_over_at=timezone.now()):
        raise Refused(_("%(campaign)s is %(status)s and waits for no canary.") % _standing(campaign))
    _audit(campaign, campaign.status, campaign.status, user, note or _("released without waiting for the canary"))
    campaign.refresh_from_db()


@transaction.atomic
def resend(campaign: Campaign, user: User, only: str) -> int:
    """Move the rejected or in-doubt deliveries, on the operator's word, back to pending. Returns how many."""
    _require(user, "resend_campaign")
    campaign.refresh_from_db(from_queryset=Campaign.objects.select_for_update(no_key=True))
    if campaign.status not in {S.SENDING, S.PAUSED, S.FINISHED}:
        raise Refused(_("%(campaign)s is %(status)s; there is nothing to resend.") % _standing(campaign))
    count = ledger.reopen(campaign.pk, only)
    if count:
        campaign.batches.update(done_at=None, enqueued_at=None)
        target = S.SENDING if campaign.status == S.FINISHED else CampaignStatus(campaign.status)
        said = _("resend %(count)d %(which)s") % {"count": count, "which": only}
        move(campaign, (CampaignStatus(campaign.status),), target, user, said, finished_at=None)
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
        note = _("SES answered after the campaign was finished")
        move(campaign, (S.FINISHED,), S.SENDING, None, note, finished_at=None)


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


def record_refusal(campaign: Campaign, user: User, reason: str) -> None:
    """Audit that somebody pulled a brake that was refused. Changes nothing else."""
    CampaignTransition.objects.create(
        campaign=campaign,
        from_status=campaign.status,
        to_status=campaign.status,
        user=user,
        refused=True,
        note=reason,
    )


def live_campaign(issue: Issue) -> Campaign | None:
    """The issue's one campaign that isn't cancelled."""
    return Campaign.objects.select_related("issue").filter(issue=issue).exclude(status=S.CANCELLED).first()


def audience_of(campaign: Campaign) -> Audience:
    return Audience(campaign.mailing_list_id)


def _overriding(campaign: Campaign) -> dict[str, Any]:
    """What a resume sets aside: the brakes count from here, or they would stop the campaign again at once."""
    stored = Campaign.objects.get(pk=campaign.pk)
    if stored.cause == StopCause.ACCOUNT:
        SendRate.objects.update(polled_at=None)  # SES is asked again before it would be paused again
    if stored.cause != StopCause.BRAKES:
        return {}
    fields: dict[str, Any] = {"overridden": dataclasses.asdict(results(campaign.pk))}
    # Who overrides the brakes has judged the canary too.
    return {**fields, "canary_over_at": timezone.now()} if stored.awaits_canary else fields


def _tell(campaign: Campaign, kind: NoticeKind, reason: str) -> None:
    """Whoever may let it go on or take it back, of what the engine did."""
    may = (people.who_may(name) for name in ("schedule_issue", "approve_issue", "pause_campaign"))
    notices.tell(itertools.chain.from_iterable(may), campaign.issue, kind, note=reason)


def _audit(campaign: Campaign, before: str, after: str, user: User | None, note: str) -> None:
    CampaignTransition.objects.create(campaign=campaign, from_status=before, to_status=after, user=user, note=note)


def _standing(campaign: Campaign) -> dict[str, str]:
    return {"campaign": campaign.slug, "status": campaign.get_status_display()}


def _require(user: User, permission: str) -> None:
    if not user.has_perm(f"newsletter.{permission}"):
        said = {"name": user.get_username(), "permission": f"newsletter.{permission}"}
        raise NotPermitted(_("%(name)s may not do this; the permission is %(permission)s.") % said)
