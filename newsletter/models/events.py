"""What SES said afterwards."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DeliveryEvent(models.Model):
    """One SES event as received. The door only inserts; the engine applies. Send and Delivery events are folded into
    the ledger and removed; the rest stay as evidence."""

    key = models.CharField(_("key"), max_length=64, primary_key=True, editable=False)  # SHA-256 of its canonical JSON
    kind = models.CharField(_("kind"), max_length=24, editable=False)
    campaign_id = models.BigIntegerField(null=True, editable=False)
    position = models.IntegerField(null=True, editable=False)
    attempt = models.SmallIntegerField(_("attempt"), null=True, editable=False)
    message_id = models.CharField(_("SES message id"), max_length=100, blank=True, editable=False)
    at = models.DateTimeField(_("time"), editable=False)
    received_at = models.DateTimeField(_("received at"), default=timezone.now, editable=False)
    applied_at = models.DateTimeField(_("applied at"), null=True, editable=False)
    unmatched = models.BooleanField(_("matches no delivery"), default=False, editable=False)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0, editable=False)
    retry_at = models.DateTimeField(_("tried again at"), null=True, editable=False)  # null: no more
    raw = models.TextField(_("as received"), editable=False)

    class Meta:
        verbose_name = _("delivery event")
        verbose_name_plural = _("delivery events")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["received_at"], condition=models.Q(applied_at__isnull=True), name="events_to_apply"),
            models.Index(fields=["retry_at"], condition=models.Q(retry_at__isnull=False), name="events_to_retry"),
            models.Index(fields=["received_at"], condition=models.Q(unmatched=True), name="unmatched_events"),
            models.Index(fields=["campaign_id", "position"], name="events_of_a_delivery"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key[:8]}"
