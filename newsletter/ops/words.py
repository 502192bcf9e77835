"""Words for what the ledger writes as codes, and for spans of time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.models import Campaign
from newsletter.reports.reasons import Counted
from subscribers.audience import EXCLUSIONS

CODES: dict[str, str | Promise] = {
    **EXCLUSIONS,
    "erased": gettext_lazy("erased"),
    "cancelled": gettext_lazy("the campaign was cancelled"),
    "no_trace": gettext_lazy("SES never told of it, so it was not sent"),
    "": gettext_lazy("no reason given"),
}
BOUNCES: dict[str, str | Promise] = {
    "hard": gettext_lazy("the address takes no mail"),
    "soft": gettext_lazy("it may take the next one"),
    "content": gettext_lazy("this mail was refused, not the reader"),
    "suppressed": gettext_lazy("held back by SES for what the address did before"),
    "": gettext_lazy("no reason given"),
}
# What a list of deliveries can be of; the keys are those of ``readers.CHOICES``.
STATES: dict[str, str | Promise] = {
    "pending": gettext_lazy("pending"),
    "submitting": gettext_lazy("submitting"),
    "accepted": gettext_lazy("accepted"),
    "awaiting": gettext_lazy("no word yet"),
    "delivered": gettext_lazy("delivered"),
    "bounced": gettext_lazy("bounced"),
    "complained": gettext_lazy("complained"),
    "rejected": gettext_lazy("rejected"),
    "in_doubt": gettext_lazy("in doubt"),
    "skipped": gettext_lazy("skipped"),
}


def code(name: str) -> str:
    """What the code means; SES's own codes are their own words."""
    return str(CODES.get(name, ""))


def reasons(counted: Iterable[Counted]) -> list[tuple[Counted, str]]:
    """Codes of rejections or skips, each with its meaning."""
    return [(each, code(each.name)) for each in counted]


def bounces(counted: Iterable[Counted]) -> list[tuple[Counted, str]]:
    """Classes of bounces, each with its meaning."""
    return [(each, str(BOUNCES.get(each.name, ""))) for each in counted]


def exclusions(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    """Why people weren't frozen into the campaign, most first, in words."""
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return [(code(name) or name, count) for name, count in ordered]


def seen(campaign: Campaign) -> str:
    """Names how a campaign stands in more than numbers: when this changes, the whole page is asked for."""
    canary = ("~" if campaign.canary_until else "?") if campaign.awaits_canary else ""
    return f"{campaign.status}{'!' if campaign.reason else ''}{canary}"


def duration(seconds: int | None) -> str:
    """``None`` is the empty text."""
    if seconds is None:
        return ""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    if minutes:
        return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": rest}
    return _("%(seconds)d s") % {"seconds": rest}
