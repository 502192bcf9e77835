"""Finding what a person names: an issue or campaign by id or slug, a user, a newsletter."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from newsletter.errors import NotFound
from newsletter.models import Campaign, Issue, Newsletter


def issue(reference: str) -> Issue:
    """The issue with this id or slug. Raises ``NotFound``."""
    issues = Issue.objects.select_related("newsletter__mailing_list", "approved_rendition")
    found = issues.filter(slug=reference).first() or issues.filter(pk=_number(reference)).first()
    if found is None:
        said = {"reference": repr(reference)}
        raise NotFound(_("There is no issue %(reference)s; name its id or slug, such as express-2025-11-27.") % said)
    return found


def campaign(reference: str) -> Campaign:
    """The campaign with this id, or the newest of the issue with this slug. Raises ``NotFound``."""
    campaigns = Campaign.objects.select_related("issue__newsletter", "rendition")
    found = campaigns.filter(issue__slug=reference).order_by("-pk").first()
    found = found or campaigns.filter(pk=_number(reference)).first()
    if found is None:
        said = {"reference": repr(reference)}
        raise NotFound(_("There is no campaign %(reference)s; name its id or its issue's slug.") % said)
    return found


def user(username: str) -> User:
    """The active user of this name. Raises ``NotFound``."""
    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise NotFound(_("There is no active user %(name)s.") % {"name": repr(username)})
    return found


def newsletter(slug: str) -> Newsletter:
    """The newsletter of this slug. Raises ``NotFound``."""
    found = Newsletter.objects.select_related("mailing_list").filter(slug=slug).first()
    if found is None:
        known = ", ".join(Newsletter.objects.values_list("slug", flat=True)) or _("none; run manage.py bootstrap")
        raise NotFound(_("There is no newsletter %(slug)s. Known: %(known)s.") % {"slug": repr(slug), "known": known})
    return found


def _number(reference: str) -> int:
    """The id that the reference may be; 0, which no row has, where it is none."""
    return int(reference) if reference.isdecimal() and len(reference) <= 18 else 0
