"""Append-only proof of who asked for what, when, from where and in which words."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscribers.models.people import MailingList


class ConsentAction(models.TextChoices):
    REQUESTED = "requested", _("asked to subscribe")
    CONFIRMED = "confirmed", _("confirmed")
    IMPORTED = "imported", _("imported")
    PAUSED = "paused", _("paused")
    RESUMED = "resumed", _("resumed")
    UNSUBSCRIBED = "unsubscribed", _("unsubscribed")


class ConsentRecord(models.Model):
    """One move of a standing. Chained per subscriber: ``digest`` covers the previous record and a commitment to the
    personal fields, which sit in ``ConsentDetail``, so that erasing those keeps the chain valid."""

    # A number, not a foreign key: the proof outlives an erased person.
    subscriber_id = models.BigIntegerField(_("subscriber"), db_index=True, editable=False)
    sequence = models.PositiveIntegerField(_("number in the chain"), editable=False)
    mailing_list = models.ForeignKey(
        MailingList, models.PROTECT, related_name="+", editable=False, verbose_name=_("mailing list")
    )
    action = models.CharField(_("action"), max_length=12, choices=ConsentAction, editable=False)
    source = models.CharField(_("source"), max_length=200, editable=False)
    at = models.DateTimeField(_("time"), default=timezone.now, editable=False)
    commitment = models.CharField(max_length=64, editable=False)
    digest = models.CharField(_("chain hash"), max_length=64, editable=False)

    class Meta:
        verbose_name = _("consent record")
        verbose_name_plural = _("consent records")
        ordering = ["subscriber_id", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["subscriber_id", "sequence"], name="one_consent_record_per_sequence"),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber_id}/{self.sequence} {self.action}"


class ConsentDetail(models.Model):
    """The personal half of a consent record; may be erased."""

    record = models.OneToOneField(ConsentRecord, models.CASCADE, primary_key=True, related_name="detail")
    salt = models.CharField(max_length=32, editable=False)
    address = models.CharField(_("address"), max_length=320, editable=False)
    ip = models.CharField(_("IP address, truncated"), max_length=45, blank=True, editable=False)
    user_agent = models.CharField(_("user agent"), max_length=300, blank=True, editable=False)
    words = models.TextField(_("words shown"), blank=True, editable=False)
    locale = models.CharField(_("language"), max_length=10, blank=True, editable=False)

    class Meta:
        verbose_name = _("consent detail")
        verbose_name_plural = _("consent details")

    def __str__(self) -> str:
        return str(self.record_id)
