"""Addresses that must not be mailed, whatever any list says."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SuppressionReason(models.TextChoices):
    HARD_BOUNCE = "hard_bounce", _("hard bounce")
    SOFT_BOUNCE = "soft_bounce", _("repeated soft bounces")
    COMPLAINT = "complaint", _("complaint")
    MANUAL = "manual", _("by hand")


class Suppression(models.Model):
    """Outlives the subscriber: after an erasure ``email`` is empty and the keyed hash still holds."""

    address_hash = models.UUIDField(unique=True, editable=False)
    email = models.EmailField(_("address"), max_length=320, blank=True)
    reason = models.CharField(_("reason"), max_length=16, choices=SuppressionReason)
    note = models.CharField(_("note"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    # When SES told us of the address, or was told of it.
    known_to_ses_at = models.DateTimeField(_("known to SES since"), null=True, editable=False)

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reason__in=SuppressionReason.values), name="suppression_reason_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.email or str(self.address_hash)


class LiftedSuppression(models.Model):
    """A suppression that was lifted here, until SES has been told. No address has one of these and a ``Suppression``.

    ``email`` is empty where the person had been erased before; SES may still name it.
    """

    address_hash = models.UUIDField(unique=True, editable=False)
    email = models.EmailField(_("address"), max_length=320, blank=True, editable=False)
    lifted_at = models.DateTimeField(_("lifted at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("lifted suppression")
        verbose_name_plural = _("lifted suppressions")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.email or str(self.address_hash)
