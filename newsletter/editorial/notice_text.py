"""What a notice's mail says, in the language of who reads it."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import make_msgid, parseaddr
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from newsletter import local_time
from newsletter.models import Notice, NoticeKind, StaffPreference

# Written out, as readers' links are: to look them up would load every page of the desk into the workers.
REVIEW, PREFERENCES = "/admin/newsletter/issue/{}/review/", "/admin/newsletter/issue/preferences/"
ANCHORS = {NoticeKind.COMMENTED: "#discussion"}


def message(notices: Sequence[Notice], connection: Any) -> EmailMessage:
    """One mail for notices of one kind to one person about one issue, in their reader's language."""
    last = notices[-1]
    preference, issue = preference_of(last.user), last.issue
    with translation.override(preference.language if preference else settings.LANGUAGE_CODE):
        said = {"issue": issue.slug, "what": last.get_kind_display()}
        context = {
            "issue": issue,
            "what": _("%(issue)s %(what)s.") % said,
            "events": [(each, local_time.show(each.created_at, issue.newsletter.time_zone)) for each in notices],
            "review": settings.SUDI.base_url + REVIEW.format(issue.pk) + ANCHORS.get(NoticeKind(last.kind), ""),
            "preferences": settings.SUDI.base_url + PREFERENCES,
        }
        subject, body = _("%(issue)s %(what)s") % said, render_to_string("notices/notice.txt", context)
    # RFC 3834: no holiday answers. Without an id, Django would look this machine's name up, and wait for a DNS.
    headers = {"Auto-Submitted": "auto-generated", "Message-ID": make_msgid(domain=_domain())}
    return EmailMessage(subject, body.strip() + "\n", to=[last.user.email], headers=headers, connection=connection)


def preference_of(user: User) -> StaffPreference | None:
    """What this person chose; ``None`` where they never did."""
    found: StaffPreference | None = getattr(user, "preference", None)
    return found


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
