"""Whether anything may be sent from here at all: the master switch, and whose database this is."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from newsletter.errors import NotPermitted, SendingRefused
from newsletter.models import Installation

# What a statement asks of the database, with the parameters of ``here``: that it belongs to this installation.
OWN = "EXISTS (SELECT 1 FROM newsletter_installation WHERE id = 1 AND instance = %s AND base_url = %s)"


def check() -> None:
    """Raises ``SendingRefused`` with the reason and the remedy; says nothing where sending is allowed.

    A restored copy must stay silent: the database names the installation it belongs to.
    """
    check_switch()
    row = Installation.objects.filter(pk=1).values_list("instance", "base_url").first()
    if row is None:
        raise SendingRefused(_("This database belongs to no installation yet: run `manage.py adopt --as USER`."))
    if row != here():
        said = dict(zip(("owner", "its_address", "here", "this_address"), (*row, *here()), strict=True))
        raise SendingRefused(
            _(
                "This database belongs to %(owner)s at %(its_address)s, but this is %(here)s at %(this_address)s: "
                "if it was moved, run `manage.py adopt --as USER`."
            )
            % said
        )


def here() -> tuple[str, str]:
    """This installation's name and address."""
    return settings.SUDI.instance, settings.SUDI.base_url


def check_switch() -> None:
    """The part that asks no database. Raises ``SendingRefused``."""
    if not settings.SUDI.sending_enabled:
        raise SendingRefused(_("Sending is switched off (SUDI_SENDING_ENABLED=0)."))
    if not settings.SUDI.production and not settings.SUDI.ses_endpoint:
        raise SendingRefused(
            _("Development never calls AWS: set AWS_ENDPOINT_URL_SESV2 to the sandbox, or SUDI_ENVIRONMENT=production.")
        )


def adopt(user: User) -> Installation:
    """Say that this database now belongs to this installation. Ops' word. Raises ``NotPermitted``."""
    if not user.has_perm("newsletter.pause_campaign"):
        raise NotPermitted(_("%(name)s may not adopt this database; Ops may.") % {"name": user.get_username()})
    return _write()


def adopt_if_new() -> None:
    """A database without an owner, as ``bootstrap`` finds it, belongs to who made it."""
    if not Installation.objects.filter(pk=1).exists():
        _write()


def _write() -> Installation:
    values = {"instance": settings.SUDI.instance, "base_url": settings.SUDI.base_url}
    installation, _created = Installation.objects.update_or_create(pk=1, defaults=values)
    return installation
