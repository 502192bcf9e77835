"""Notices by mail. Each is claimed before its mail leaves: neither a crash nor a second worker sends it twice."""

from __future__ import annotations

import datetime
import logging
from typing import Any

from botocore.exceptions import ClientError
from django.core.mail import get_connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.delivery import guard
from newsletter.delivery.gateways.ses import NEVER_SENT
from newsletter.editorial.notice_text import message, preference_of
from newsletter.errors import SendingRefused
from newsletter.models import Notice

logger = logging.getLogger(__name__)
MOST = 50  # notices of one pass
MINUTE = datetime.timedelta(minutes=1)
NOT_BEFORE = (0 * MINUTE, 2 * MINUTE, 20 * MINUTE)  # after it was written: the first try, the second, the last
OLD = datetime.timedelta(days=3)  # a copy that wakes up after a month tells nobody what happened in it
IN_DOUBT = gettext_lazy("No answer came; the mail may have left.")


def send_waiting() -> int:
    """Mail the notices whose time has come, those of one kind for one person and issue in one mail. Returns how many
    were tried. Nothing where sending is refused. Call outside of any transaction."""
    try:
        guard.check()
    except SendingRefused:
        return 0
    due = list(_due())
    if not due:
        return 0
    folded: dict[tuple[int, int, str], list[Notice]] = {}
    for notice in due:
        folded.setdefault((notice.user_id, notice.issue_id, notice.kind), []).append(notice)
    with get_connection() as connection:
        return sum(_send(notices, connection) for notices in folded.values())


def _due() -> QuerySet[Notice]:
    now = timezone.now()
    ripe = Q()
    for tries, delay in enumerate(NOT_BEFORE):
        ripe |= Q(tries=tries, created_at__lte=now - delay)
    waiting = Notice.objects.filter(ripe, ended_at=None).order_by("pk")
    return waiting.select_related("user__preference", "issue__newsletter", "by")[:MOST]


def _send(notices: list[Notice], connection: Any) -> int:
    mine = [notice for notice in notices if _claim(notice)]
    reasons = {notice.pk: _unwanted(notice) for notice in mine}
    for notice in mine:
        if reasons[notice.pk]:
            _end([notice], reasons[notice.pk])
    if wanted := [notice for notice in mine if not reasons[notice.pk]]:
        _carry(wanted, connection)
    return len(mine)


def _carry(notices: list[Notice], connection: Any) -> None:
    try:
        message(notices, connection).send()
    except Exception as error:  # whatever it is, it is stored, logged, and no other notice's fault
        _failed(notices, error)
    else:
        _end(notices, "")


def _claim(notice: Notice) -> bool:
    """Whether this pass alone sends it. It counts as ended from here on: only an answer that says so opens it again."""
    unclaimed = Notice.objects.filter(pk=notice.pk, tries=notice.tries, ended_at=None)
    return bool(unclaimed.update(tries=F("tries") + 1, ended_at=timezone.now(), problem=str(IN_DOUBT)))


def _unwanted(notice: Notice) -> str:
    """Why it isn't mailed any more; empty where it is."""
    preference = preference_of(notice.user)
    if not (notice.user.is_active and notice.user.email and (preference is None or preference.notices)):
        return _("The person wants no notices any more, or has no address.")
    return _("It was too old to be told.") if notice.created_at < timezone.now() - OLD else ""


def _failed(notices: list[Notice], error: Exception) -> None:
    problem = f"{type(error).__name__}: {error}"
    again = [] if _may_have_left(error) else [each for each in notices if each.tries + 1 < len(NOT_BEFORE)]
    opened = {notice.pk for notice in again}
    Notice.objects.filter(pk__in=opened).update(ended_at=None, problem=problem)
    if given_up := [notice for notice in notices if notice.pk not in opened]:
        _end(given_up, problem)
        logger.error("notices %s to %s are given up: %s", [each.pk for each in given_up], given_up[0].user, problem)
    else:
        logger.warning("notices %s to %s are tried again: %s", sorted(opened), notices[0].user, problem)


def _may_have_left(error: Exception) -> bool:
    cause = error.__cause__ or error
    if isinstance(cause, ClientError):
        status = int(cause.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        return not 400 <= status < 500
    return not isinstance(cause, NEVER_SENT)


def _end(notices: list[Notice], problem: str) -> None:
    Notice.objects.filter(pk__in=[each.pk for each in notices]).update(ended_at=timezone.now(), problem=problem)
