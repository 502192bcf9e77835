"""Words for what the audit writes as the names of actions."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, str | Promise] = {
    "submit": _("submitted"),
    "approve": _("approved"),
    "request-changes": _("changes requested"),
    "edit": _("reopened by an edit"),
    "schedule": _("scheduled"),
    "unschedule": _("unscheduled"),
    "archive": _("archived"),
    "start": _("sending began"),
    "withhold": _("not sent"),
    "finish": _("sent"),
    "correct": _("web page corrected"),
    "withdraw": _("web page withdrawn"),
    "restore": _("web page restored"),
    "test": _("test sent"),
    "share": _("preview link made"),
    "revoke": _("preview link revoked"),
    "send-anyway": _("sent although late"),
    "cover": _("cover changed"),
    "acknowledge": _("warning acknowledged"),
    "take-back": _("acknowledgement taken back"),
    "comment": _("commented"),
}


def action(name: str) -> str:
    return str(ACTIONS.get(name, name))
