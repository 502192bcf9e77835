"""The SES account as last seen, the one rate bucket, and the installation this database belongs to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SendRate(models.Model):
    """One row: the bucket of all workers. ``tat`` is the theoretical arrival time of GCRA, in seconds since 1970."""

    tat = models.FloatField(default=0, editable=False)
    max_send_rate = models.FloatField(_("recipients a second"), null=True, editable=False)
    max_24_hour_send = models.FloatField(_("recipients a day"), null=True, editable=False)
    sent_last_24_hours = models.FloatField(_("sent in the last day"), null=True, editable=False)
    sending_enabled = models.BooleanField(_("SES allows sending"), default=True, editable=False)
    slowdown = models.FloatField(_("share of the rate in use"), default=1.0, editable=False)
    polled_at = models.DateTimeField(_("quota read at"), null=True, editable=False)
    taken = models.FloatField(_("let through since the quota was read"), default=0, editable=False)
    # When the latest call was made that SES has told of: proof that events of calls before it have come too.
    traced_at = models.DateTimeField(_("events have come of calls until"), null=True, editable=False)
    problem = models.TextField(_("why the quota is unknown"), blank=True, editable=False)

    class Meta:
        verbose_name = _("send rate")
        verbose_name_plural = _("send rate")
        default_permissions = ("view",)
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_send_rate")]

    def __str__(self) -> str:
        return f"{self.max_send_rate}/s"


class DomainRate(models.Model):
    """The second bucket of a recipient domain that has one, by GCRA as well; the rate itself is configured."""

    domain = models.CharField(_("domain"), max_length=253, primary_key=True, editable=False)
    tat = models.FloatField(default=0, editable=False)

    class Meta:
        verbose_name = _("rate of a domain")
        verbose_name_plural = _("rates of domains")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.domain


class AccountListSync(models.Model):
    """One row: how far our suppressions and SES's account list know of each other, and whose turn it is."""

    begun_at = models.DateTimeField(_("last pass begun at"), null=True, editable=False)
    lease_until = models.DateTimeField(_("a pass is under way until"), null=True, editable=False)
    due_at = models.DateTimeField(_("next pass due at"), null=True, editable=False)
    # The account list has been read up to then: what SES changed later is all that is left to read.
    read_at = models.DateTimeField(_("account list read until"), null=True, editable=False)
    synced_at = models.DateTimeField(_("synced to the end at"), null=True, editable=False)
    problem = models.TextField(_("why the last pass didn't come to its end"), blank=True, editable=False)

    class Meta:
        verbose_name = _("sync of the account list")
        verbose_name_plural = _("sync of the account list")
        default_permissions = ("view",)
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_account_list_sync")]

    def __str__(self) -> str:
        return str(self.synced_at)


class Installation(models.Model):
    """One row: whose database this is. Where it differs from the running settings, nothing is sent."""

    instance = models.CharField(_("instance"), max_length=100, editable=False)
    base_url = models.CharField(_("base URL"), max_length=300, editable=False)
    adopted_at = models.DateTimeField(_("adopted at"), auto_now=True, editable=False)

    class Meta:
        verbose_name = _("installation")
        verbose_name_plural = _("installation")
        default_permissions = ("view",)
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_installation")]

    def __str__(self) -> str:
        return self.instance
