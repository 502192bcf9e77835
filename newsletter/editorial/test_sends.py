"""Test sends: the mail of an issue to a few addresses, in no ledger.

Marked in the subject and in a header, without the tag of a delivery, and with links that lead to no reader.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter import workflow
from newsletter.delivery import guard, letters, quota, rate
from newsletter.delivery.gateways import Gateway, Letter, Mail
from newsletter.editorial import proofs, single_mails
from newsletter.editorial.proof_addresses import Failed, checked
from newsletter.errors import NotPermitted, Refused
from newsletter.models import Issue, IssueTransition, Newsletter, Rendition
from subscribers.models import Language
from subscribers.tokens import SAMPLE

PERMISSION = "newsletter.send_test_issue"
ACTION = "test"
COOL_DOWN = datetime.timedelta(seconds=10)
AT_ONCE = datetime.timedelta(0)
MARKS = {Language.EN: "[Test]", Language.ZH_HANS: "[测试]", Language.ZH_HANT: "[測試]"}


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """The addresses that SES took, and those that got no test."""

    sent: tuple[str, ...]
    failed: tuple[Failed, ...]


def send(
    issue: Issue,
    addresses: Iterable[str],
    user: User | None,
    *,
    gateway: Gateway,
    reader: str = "",
    cool_down: datetime.timedelta = COOL_DOWN,
) -> Report:
    """Send the issue's mail, as a reader named ``reader`` would get it, to a few addresses.

    ``user`` is ``None`` for a shell. The same test must wait ``cool_down``: a button may be pressed twice. Call
    outside a transaction. Raises ``NotPermitted``, ``Refused`` and ``SendingRefused``.
    """
    if user is not None:
        check(user)
    guard.check()
    good, failed = checked(addresses)
    rendition = proofs.mail_of(issue)
    mail, values, headers = _marked(rendition, issue.newsletter), proofs.values_to_send(issue, reader), _headers(issue)
    if not good:
        return Report((), tuple(failed))
    _check_quota(gateway)
    _begin(issue, user, f"{rendition.hash[:6]} → {', '.join(good)}", cool_down)
    sent, refused = single_mails.deliver(gateway, mail, [Letter(address, values, headers, {}) for address in good])
    if refused:
        workflow.record(issue, ACTION, user, _("not sent: %(what)s") % {"what": "; ".join(map(str, refused))})
    return Report(tuple(sent), (*failed, *refused))


def check(user: User) -> None:
    """Raises ``NotPermitted`` unless this person may send tests."""
    if not user.has_perm(PERMISSION):
        said = {"user": user.get_username(), "permission": PERMISSION}
        raise NotPermitted(_("%(user)s may not send tests; the permission is %(permission)s.") % said)


def _marked(rendition: Rendition, newsletter: Newsletter) -> Mail:
    """The issue's mail, which says in the newsletter's language that it is a test, and is never tracked."""
    mail = letters.mail_of(rendition, newsletter)
    subject = f"{MARKS[Language(newsletter.language)]} {rendition.subject}"
    return dataclasses.replace(mail, subject=subject, track_opens=False, track_clicks=False)


def _headers(issue: Issue) -> dict[str, str]:
    return {
        "List-Unsubscribe": f"<{settings.SUDI.base_url}/u/{SAMPLE}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": letters.list_id(issue.newsletter),
        "X-Sudi-Test": issue.slug,
    }


def _check_quota(gateway: Gateway) -> None:
    if quota.used_up(gateway):
        raise Refused(_("SES's quota for this day is used up; try again later."))
    if not rate.current().sending_enabled:
        raise Refused(_("SES doesn't allow this account to send now; Ops can see why."))


def _begin(issue: Issue, user: User | None, note: str, cool_down: datetime.timedelta) -> None:
    """Audit the test before anything leaves. Raises ``Refused`` where the same one began a moment ago."""
    with transaction.atomic():
        Issue.objects.select_for_update().get(pk=issue.pk)
        tests = IssueTransition.objects.filter(issue=issue, action=ACTION, user=user, refused=False, note=note)
        if tests.filter(at__gt=timezone.now() - cool_down).exists():
            raise Refused(
                _("The same test was sent a moment ago; it can be sent again after %(seconds)d seconds.")
                % {"seconds": cool_down.total_seconds()}
            )
        workflow.record(issue, ACTION, user, note)
