"""What the pages of scheduling say in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletter import local_time
from newsletter.delivery import campaigns, guard
from newsletter.editorial.scheduling import Choice
from newsletter.errors import SendingRefused
from newsletter.models import Campaign
from newsletter.reports.forecast import Forecast
from subscribers.audience import EXCLUSIONS


def title(*, anew: bool) -> str:
    return _("Reschedule") if anew else _("Schedule")


def when(choice: Choice, zone: str) -> str:
    if choice.at:
        return local_time.show_ahead(choice.at, zone)
    soonest = local_time.show(timezone.now() + campaigns.undo_window(), zone)
    return _("now: as soon as it can't be undone any more, at %(time)s") % {"time": soonest}


def start(campaign: Campaign, zone: str) -> str:
    """When a campaign that waits can start."""
    return local_time.show_ahead(max(campaign.send_at, campaign.undo_until), zone)


def done(campaign: Campaign, zone: str) -> str:
    return _("Scheduled: %(time)s.") % {"time": start(campaign, zone)}


def exclusions(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    """Why people would get nothing, most first, in words."""
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return [(str(EXCLUSIONS.get(name, name)), count) for name, count in ordered]


def warnings(expected: Forecast, choice: Choice) -> Iterator[str]:
    """What may keep the issue from its readers, although nothing refuses it."""
    account = expected.account
    if not expected.recipients:
        yield _("Nobody would get it.")
    try:
        guard.check()
    except SendingRefused as problem:
        yield _("Nothing is sent from here at present. %(problem)s") % {"problem": problem}
    if expected.recipients and (choice.canary or 0) >= expected.recipients:
        yield _("The canary is the whole audience; nobody is left to be spared.")
    if not account.sending_enabled:
        yield _("SES doesn't allow this account to send at present.")
    if not account.quota_known:
        yield _("SES's quota is not known yet; the duration is a guess.")
    if beyond := expected.beyond_quota:
        yield ngettext(
            "What is left of SES's quota for the day is too little by %(count)d recipient, as things stand now.",
            "What is left of SES's quota for the day is too little by %(count)d recipients, as things stand now.",
            beyond,
        ) % {"count": beyond}
