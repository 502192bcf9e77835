"""What became of an issue: the audit of its status, and the frozen mail."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.models.content import Issue, IssueStatus


class Rendition(models.Model):
    """A frozen mail of an issue: what SES will get, slots unfilled. ``hash`` covers every field a reader can see;
    ``inputs_hash`` covers what it was made from, so that a change of the issue is told from a newer template."""

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="renditions", editable=False, verbose_name=_("issue"))
    hash = models.CharField(_("content hash"), max_length=64, editable=False)
    inputs_hash = models.CharField(max_length=64, editable=False)
    inputs = models.JSONField(default=dict, editable=False)  # what ``inputs_hash`` is of; tells what changed since
    subject = models.TextField(_("subject"), editable=False)
    preheader = models.TextField(_("preheader"), editable=False)
    html = models.TextField("HTML", editable=False)
    text = models.TextField(_("plain text"), editable=False)
    from_name = models.CharField(_("sender's name"), max_length=100, editable=False)
    from_email = models.EmailField(_("sender's address"), editable=False)
    reply_to = models.EmailField(_("reply address"), blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("rendition")
        verbose_name_plural = _("renditions")
        constraints = [models.UniqueConstraint(fields=["issue", "hash"], name="one_rendition_per_hash")]

    def __str__(self) -> str:
        return f"{self.issue_id} · {self.hash[:6]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("a rendition is frozen; make a new one")
        super().save(*args, **kwargs)


class IssueTransition(models.Model):
    """One move of an issue's status, or one that was refused: who, when, from, to, which hash, and why. Append-only."""

    issue = models.ForeignKey(
        Issue, models.PROTECT, related_name="transitions", editable=False, verbose_name=_("issue")
    )
    action = models.CharField(_("action"), max_length=20, editable=False)
    from_status = models.CharField(_("from"), max_length=17, choices=IssueStatus, blank=True, editable=False)
    to_status = models.CharField(_("to"), max_length=17, choices=IssueStatus, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("by")
    )
    at = models.DateTimeField(_("time"), default=timezone.now, editable=False)
    rendition_hash = models.CharField(_("content hash"), max_length=64, blank=True, editable=False)
    refused = models.BooleanField(_("refused"), default=False, editable=False)
    note = models.TextField(_("note"), blank=True, editable=False)

    class Meta:
        verbose_name = _("transition")
        verbose_name_plural = _("transitions")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"
