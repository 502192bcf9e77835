"""The brakes of a campaign as buttons: which would do something now, for this person, and what each does."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from django.contrib.auth.models import User
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.delivery import campaigns
from newsletter.errors import Refused
from newsletter.models import Campaign, CampaignStatus, StopCause

S = CampaignStatus


@dataclasses.dataclass(frozen=True, slots=True)
class Brake:
    """``confirm``: what the person must read first; empty where a slip is easily undone."""

    name: str
    label: str | Promise
    permission: str
    offered: Callable[[Campaign], bool]
    pull: Callable[[Campaign, User, str], None]
    done: str | Promise
    confirm: str | Promise = ""


def _pause(campaign: Campaign, user: User, note: str) -> None:
    if not campaigns.pause(campaign, user, note or _("paused by %(name)s") % {"name": user.get_username()}):
        said = {"campaign": campaign.slug, "status": campaign.get_status_display()}
        raise Refused(_("%(campaign)s is %(status)s; only a campaign that is sending can be paused.") % said)


def _pausable(campaign: Campaign) -> bool:
    goes_on = campaign.status == S.PAUSED and campaign.cause == StopCause.QUOTA
    return goes_on or campaign.status == S.SENDING


def _resumable(campaign: Campaign) -> bool:
    held = campaign.status == S.SCHEDULED and bool(campaign.reason)
    return held or campaign.status == S.PAUSED


BRAKES = {
    brake.name: brake
    for brake in (
        Brake(
            "pause",
            gettext_lazy("Pause"),
            "newsletter.pause_campaign",
            _pausable,
            _pause,
            gettext_lazy("Paused. What is on its way to SES is still answered."),
        ),
        Brake(
            "resume",
            gettext_lazy("Resume"),
            "newsletter.pause_campaign",
            _resumable,
            campaigns.resume,
            gettext_lazy("Resumed."),
        ),
        Brake(
            "release",
            gettext_lazy("Don't wait for the canary"),
            "newsletter.pause_campaign",
            lambda campaign: campaign.status in {S.SENDING, S.PAUSED} and campaign.awaits_canary,
            campaigns.release,
            gettext_lazy("Released. The others are sent to as well."),
        ),
        Brake(
            "cancel",
            gettext_lazy("Cancel"),
            "newsletter.cancel_campaign",
            lambda campaign: campaign.status in {S.SCHEDULED, S.PREPARING, S.SENDING, S.PAUSED},
            campaigns.cancel,
            gettext_lazy("Cancelled. Nobody else gets this mail."),
            gettext_lazy("Everybody who is still pending is skipped, for good. This can't be undone."),
        ),
    )
}


def offered(campaign: Campaign, user: User) -> list[Brake]:
    """The brakes that would not refuse this person now."""
    return [brake for brake in BRAKES.values() if brake.offered(campaign) and user.has_perm(brake.permission)]
