"""Mails that an address didn't take for the time being."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from subscribers.models.people import Subscriber


class SoftBounce(models.Model):
    """One mail that bounced softly. ``mail`` names it, so that the same news told twice is one row."""

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="soft_bounces", editable=False)
    mail = models.CharField(max_length=40, editable=False)
    at = models.DateTimeField(_("time"), editable=False)

    class Meta:
        verbose_name = _("soft bounce")
        verbose_name_plural = _("soft bounces")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "mail"], name="one_soft_bounce_per_mail"),
        ]

    def __str__(self) -> str:
        return self.mail
