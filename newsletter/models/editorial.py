"""What the desk says around an issue: comments, reasons, links, corrections, pictures, and who is waited for."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.models.content import Issue


class Comment(models.Model):
    """A remark on an issue, or on one of its stories, which is named by its title: the rows of stories are made anew
    by every import. ``newsletter.discussion`` is the only writer."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="comments", editable=False)
    story_title = models.CharField(_("story"), max_length=500, blank=True)
    text = models.TextField(_("comment"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("time"), default=timezone.now, editable=False)
    resolved_at = models.DateTimeField(_("resolved at"), null=True, editable=False)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("resolved by"),
    )

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["created_at", "id"]
        default_permissions = ("add", "view")

    def __str__(self) -> str:
        return self.text[:60]


class Acknowledgement(models.Model):
    """Somebody's word that a warning of pre-flight is known, and why it may stand. ``finding`` is the key of the
    warning and of what it is about: when that changes, the warning is open again."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="acknowledgements", editable=False)
    finding = models.CharField(max_length=64, editable=False)
    code = models.CharField(_("code"), max_length=40, editable=False)
    reason = models.TextField(_("reason"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("by")
    )
    at = models.DateTimeField(_("time"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        ordering = ["-at", "-id"]
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["issue", "finding"], name="one_acknowledgement_per_finding")]

    def __str__(self) -> str:
        return f"{self.code}: {self.reason[:60]}"


class PreviewLink(models.Model):
    """A secret address that shows an issue before it is public to whoever holds it, until it is revoked."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="preview_links", editable=False)
    key = models.CharField(max_length=43, unique=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("revoked by"),
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    class Meta:
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")
        ordering = ["-id"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.issue_id} · {self.key[:6]}"


class Correction(models.Model):
    """What the web page of a sent issue says instead of what was mailed, and the note that readers see. The newest
    one counts; the issue's own rows stay what was mailed."""

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="corrections", editable=False)
    document = models.JSONField(editable=False)
    note = models.TextField(_("note"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("by")
    )
    at = models.DateTimeField(_("time"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-at", "-id"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.note[:60]


class NoticeKind(models.TextChoices):
    SUBMITTED = "submitted", _("waits for your review")
    CHANGES_REQUESTED = "changes_requested", _("needs changes")
    APPROVED = "approved", _("was approved")
    WITHHELD = "withheld", _("was not sent")
    HELD = "held", _("is late and waits for a word")
    PAUSED = "paused", _("was paused while it was sent")
    COMMENTED = "commented", _("has a new comment")


class Notice(models.Model):
    """A mail to somebody of the desk who is being waited for: written with what it tells of, sent by the next tick."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", editable=False)
    issue = models.ForeignKey(Issue, models.CASCADE, related_name="+", editable=False)
    kind = models.CharField(_("kind"), max_length=17, choices=NoticeKind, editable=False)
    note = models.TextField(_("note"), blank=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(_("time"), default=timezone.now, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)  # sent, or given up
    problem = models.TextField(_("why it was not sent"), blank=True, editable=False)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-id"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["id"], condition=models.Q(ended_at=None), name="notices_to_send")]

    def __str__(self) -> str:
        return f"{self.kind} → {self.user_id}"


class StaffPreference(models.Model):
    """How somebody of the desk wants to be told. Without a row: by mail, in the site's language."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="preference")
    notices = models.BooleanField(
        _("mail me when I am waited for"),
        default=True,
        help_text=_("Reviews, requested changes, comments, late sends."),
    )
    language = models.CharField(
        _("language of mail to me"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )

    class Meta:
        verbose_name = _("staff preference")
        verbose_name_plural = _("staff preferences")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return str(self.user)


class Picture(models.Model):
    """An uploaded cover or logo, made fit for mail; ``file`` is named by the hash of its bytes, so its address may be
    kept for ever. ``newsletter.editorial.pictures`` is the only writer."""

    file = models.FileField(_("file"), upload_to="pictures", unique=True, editable=False)
    original_name = models.CharField(_("name"), max_length=200, editable=False)
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    size = models.PositiveIntegerField(_("bytes"), editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("by")
    )
    uploaded_at = models.DateTimeField(_("time"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-id"]
        default_permissions = ("add", "view")

    def __str__(self) -> str:
        return self.original_name
