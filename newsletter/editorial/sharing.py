"""Preview links: secret addresses that show an issue before it is public. The only writer of ``PreviewLink``."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter import workflow
from newsletter.errors import NotPermitted, Refused
from newsletter.models import Issue, IssueStatus, PreviewLink

PERMISSION = "newsletter.share_issue"
PUBLIC = (IssueStatus.SENDING, IssueStatus.SENT)
KEY_BYTES = 24
SHOWN = 6  # characters of a key that tell it from others: for lists and the history


def make(issue: Issue, user: User) -> PreviewLink:
    """A new link to the issue. Raises ``NotPermitted``, and ``Refused`` where the issue is public anyway."""
    _check(user)
    if issue.status in PUBLIC:
        raise Refused(_("%(issue)s is public; it needs no preview link.") % {"issue": issue.slug})
    with transaction.atomic():
        key = secrets.token_urlsafe(KEY_BYTES)
        link = PreviewLink.objects.create(issue=issue, key=key, created_by=user)
        workflow.record(issue, "share", user, _("link %(key)s…") % {"key": key[:SHOWN]})
    return link


def revoke(link: PreviewLink, user: User) -> None:
    """The link shows nothing from now on. Raises ``NotPermitted``, and ``Refused`` where it was revoked before."""
    _check(user)
    with transaction.atomic():
        live = PreviewLink.objects.filter(pk=link.pk, revoked_at=None)
        if not live.update(revoked_at=timezone.now(), revoked_by=user):
            raise Refused(_("The link is revoked already."))
        workflow.record(link.issue, "revoke", user, _("link %(key)s…") % {"key": link.key[:SHOWN]})


def live_links(issue: Issue) -> QuerySet[PreviewLink]:
    """The links that work, newest first."""
    return PreviewLink.objects.filter(issue=issue, revoked_at=None).select_related("created_by")


def issue_shown_by(newsletter: str, issue: str, key: str) -> Issue | None:
    """The issue that a link leads to; ``None`` for one that is revoked, unknown, or of another issue."""
    links = PreviewLink.objects.select_related("issue__newsletter")
    link = links.filter(key=key, revoked_at=None, issue__slug=issue, issue__newsletter__slug=newsletter).first()
    return link.issue if link else None


def address(link: PreviewLink) -> str:
    """The whole address of the link, for whoever may have it."""
    issue = link.issue
    return f"{settings.SUDI.base_url}/n/{issue.newsletter.slug}/{issue.slug}/preview/{link.key}/"


def _check(user: User) -> None:
    if not user.has_perm(PERMISSION):
        raise NotPermitted(
            _("%(user)s may not share an issue; the permission is %(permission)s.")
            % {"user": user.get_username(), "permission": PERMISSION}
        )
