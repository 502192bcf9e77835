"""One sending of one rendition to one audience, and the ledger of its recipients."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.models.content import Issue
from newsletter.models.history import Rendition
from subscribers.models import MailingList


class CampaignStatus(models.TextChoices):
    """``newsletter.delivery.campaigns`` is the only writer."""

    SCHEDULED = "scheduled", _("scheduled")
    PREPARING = "preparing", _("preparing")
    SENDING = "sending", _("sending")
    PAUSED = "paused", _("paused")
    FINISHED = "finished", _("finished")
    CANCELLED = "cancelled", _("cancelled")


class LatePolicy(models.TextChoices):
    SEND = "send", _("send anyway")
    HOLD = "hold", _("hold and ask")


class StopCause(models.TextChoices):
    """What the engine stopped a campaign for, where it must know that later; empty where it needn't."""

    BRAKES = "brakes", _("the brakes")
    QUOTA = "quota", _("the daily quota")
    ACCOUNT = "account", _("SES allows no sending")


class Campaign(models.Model):
    issue = models.ForeignKey(Issue, models.PROTECT, related_name="campaigns", verbose_name=_("issue"))
    rendition = models.ForeignKey(Rendition, models.PROTECT, related_name="+", editable=False)
    mailing_list = models.ForeignKey(
        MailingList, models.PROTECT, related_name="+", editable=False, verbose_name=_("mailing list")
    )
    audience_hash = models.CharField(max_length=64, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=CampaignStatus, default=CampaignStatus.SCHEDULED, editable=False
    )
    send_at = models.DateTimeField(_("send at"), editable=False)
    undo_until = models.DateTimeField(_("undo until"), editable=False)
    late_policy = models.CharField(
        _("when late"), max_length=4, choices=LatePolicy, default=LatePolicy.HOLD, editable=False
    )
    late_minutes = models.PositiveIntegerField(_("late after (minutes)"), default=60, editable=False)
    candidates = models.PositiveIntegerField(_("candidates"), null=True, editable=False)
    recipients = models.PositiveIntegerField(_("recipients"), null=True, editable=False)
    exclusions = models.JSONField(_("exclusions"), default=dict, editable=False)
    reason = models.TextField(_("reason"), blank=True, editable=False)
    cause = models.CharField(_("stopped by"), max_length=10, choices=StopCause, blank=True, editable=False)
    # What stood when an operator overrode the brakes; they count from there.
    overridden = models.JSONField(_("overridden by an operator"), default=dict, editable=False)
    canary = models.PositiveIntegerField(_("canary (recipients)"), null=True, editable=False)
    canary_minutes = models.PositiveIntegerField(_("then wait (minutes)"), default=30, editable=False)
    canary_until = models.DateTimeField(_("canary waits until"), null=True, editable=False)
    canary_over_at = models.DateTimeField(_("canary over at"), null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    started_at = models.DateTimeField(_("started at"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, editable=False)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["issue"], condition=~models.Q(status="cancelled"), name="one_live_campaign_per_issue"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=CampaignStatus.values), name="campaign_status_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["scheduled", "preparing", "cancelled"])
                | (models.Q(candidates__isnull=False) & models.Q(recipients__isnull=False)),
                name="frozen_campaign_has_counts",
            ),
        ]
        permissions = [
            ("pause_campaign", "Can pause and resume a campaign"),
            ("cancel_campaign", "Can cancel a campaign"),
            ("resend_campaign", "Can resend deliveries of a campaign"),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def slug(self) -> str:
        """The issue's."""
        return self.issue.slug

    @property
    def awaits_canary(self) -> bool:
        """Only the canary is sent so far; nobody has said yet that the others may be."""
        return self.canary is not None and self.canary_over_at is None


class CampaignTransition(models.Model):
    """One move of a campaign's status. Append-only."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="transitions", editable=False)
    from_status = models.CharField(_("from"), max_length=10, choices=CampaignStatus, blank=True, editable=False)
    to_status = models.CharField(_("to"), max_length=10, choices=CampaignStatus, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("by")
    )
    at = models.DateTimeField(_("time"), default=timezone.now, editable=False)
    refused = models.BooleanField(_("refused"), default=False, editable=False)
    note = models.TextField(_("note"), blank=True, editable=False)

    class Meta:
        verbose_name = _("campaign transition")
        verbose_name_plural = _("campaign transitions")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"


class Batch(models.Model):
    """A contiguous range of a campaign's positions that one task sends. A lease saves work; claims give safety."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="batches", editable=False)
    number = models.PositiveIntegerField(editable=False)
    first = models.PositiveIntegerField(editable=False)
    last = models.PositiveIntegerField(editable=False)
    shuffle = models.PositiveIntegerField(editable=False)
    enqueued_at = models.DateTimeField(null=True, editable=False)
    not_before = models.DateTimeField(null=True, editable=False)
    lease_owner = models.CharField(max_length=64, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    done_at = models.DateTimeField(null=True, editable=False)
    canary = models.BooleanField(default=False, editable=False)
    accepted = models.PositiveIntegerField(default=0, editable=False)  # when it was last given back
    has_doubts = models.BooleanField(default=False, editable=False)  # or had; who settles them looks

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="one_batch_per_number"),
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="batch_is_not_empty"),
        ]
        indexes = [
            models.Index(fields=["campaign", "shuffle"], condition=models.Q(done_at__isnull=True), name="open_batches"),
            models.Index(fields=["campaign"], condition=models.Q(has_doubts=True), name="batches_with_doubts"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.number}"


class DeliveryState(models.IntegerChoices):
    """``newsletter.delivery.ledger`` is the only writer."""

    PENDING = 0, _("pending")
    SUBMITTING = 1, _("submitting")
    ACCEPTED = 2, _("accepted")
    REJECTED = 3, _("rejected")
    IN_DOUBT = 4, _("in doubt")
    SKIPPED = 5, _("skipped")


class BounceClass(models.IntegerChoices):
    HARD = 1, _("hard")
    SOFT = 2, _("soft")
    CONTENT = 3, _("content")
    SUPPRESSED = 4, _("suppressed by SES")


class Delivery(models.Model):
    """One recipient of one campaign. A million rows are written at once and each is updated a few times, hence no
    foreign-key constraints or indexes; positions follow subscriber order."""

    pk = models.CompositePrimaryKey("campaign_id", "position")
    campaign_id = models.BigIntegerField()
    position = models.IntegerField()
    subscriber_id = models.BigIntegerField()
    address = models.CharField(max_length=320)
    state = models.SmallIntegerField(choices=DeliveryState, default=DeliveryState.PENDING)
    attempt = models.SmallIntegerField(default=0)
    message_id = models.CharField(max_length=100, null=True)
    code = models.CharField(max_length=64, null=True)
    submitted_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    bounce_class = models.SmallIntegerField(choices=BounceClass, null=True)
    complained_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)  # the first time, by whomever
    clicked_at = models.DateTimeField(null=True)
    person_opened_at = models.DateTimeField(null=True)  # the last time by nobody known as a machine
    person_clicked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        default_permissions = ("view",)
        indexes = [
            # The few that the brakes count. An update that leaves these columns alone stays within its page.
            models.Index(
                fields=["campaign_id"],
                condition=models.Q(bounced_at__isnull=False) | models.Q(complained_at__isnull=False),
                name="bounced_or_complained",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}-{self.position}"
