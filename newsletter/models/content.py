"""Publications and their issues: content and editorial status."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscribers.models import Language, MailingList


class DigestFormat(models.TextChoices):
    EXPRESS = "express", _("express: a daily of long stories")
    BULLETIN = "bulletin", _("bulletin: a date range in numbered sections")
    REPORT = "report", _("report: bilingual, with front matter")


class SecondPerson(models.TextChoices):
    """Whether the approver may be the last editor or the submitter."""

    AUTO = "auto", _("required where there are two editors")
    ALWAYS = "always", _("always required")
    NEVER = "never", _("not required")


class Newsletter(models.Model):
    """A publication: name, language, format, sender, look, and the mailing list it is sent to."""

    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    tagline = models.CharField(_("tagline"), max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=Language)
    format = models.CharField(_("digest format"), max_length=10, choices=DigestFormat)
    mailing_list = models.ForeignKey(
        MailingList, models.PROTECT, related_name="newsletters", verbose_name=_("mailing list")
    )
    from_name = models.CharField(_("sender's name"), max_length=100)
    from_email = models.EmailField(_("sender's address"))
    reply_to = models.EmailField(_("reply address"), blank=True)
    postal_address = models.CharField(
        _("postal address"), max_length=300, help_text=_("Stands in the footer of every mail; the law asks for it.")
    )
    theme = models.JSONField(
        _("theme"), default=dict, blank=True, help_text=_("Colours, logo and typography, by name.")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="Asia/Shanghai")
    second_person = models.CharField(
        _("second person"),
        max_length=6,
        choices=SecondPerson,
        default=SecondPerson.AUTO,
        help_text=_("May the person who edited or submitted an issue approve it?"),
    )
    proof_list = models.TextField(
        _("proof list"), blank=True, help_text=_("Who gets test sends “to the list”: one address a line.")
    )
    usual_time = models.TimeField(
        _("usual time"),
        null=True,
        blank=True,
        help_text=_("When an issue is usually sent, in the newsletter's time zone. Empty: the desk isn't reminded."),
    )
    usual_days = models.CharField(
        _("usual days"),
        max_length=7,
        default="12345",
        validators=[RegexValidator(r"^[1-7]+$", _("Days are digits: 1 is Monday, 7 is Sunday."))],
        help_text=_("Days on which an issue is expected: 1 is Monday, 7 is Sunday."),
    )
    track_opens = models.BooleanField(_("track opens"), default=False)
    track_clicks = models.BooleanField(_("track clicks"), default=False)

    class Meta:
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(format__in=DigestFormat.values), name="newsletter_format_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(language__in=Language.values), name="newsletter_language_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IssueStatus(models.TextChoices):
    """The desk's states; ``newsletter.workflow`` is the only writer."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    CHANGES_REQUESTED = "changes_requested", _("changes requested")
    APPROVED = "approved", _("approved")
    SCHEDULED = "scheduled", _("scheduled")
    SENDING = "sending", _("sending")
    SENT = "sent", _("sent")
    ARCHIVED = "archived", _("archived")


APPROVED_STATUSES = (IssueStatus.APPROVED, IssueStatus.SCHEDULED, IssueStatus.SENDING, IssueStatus.SENT)


class Issue(models.Model):
    """One edition. Sections and stories are rows; the parts around them are JSON with the document's own names."""

    newsletter = models.ForeignKey(Newsletter, models.PROTECT, related_name="issues", verbose_name=_("newsletter"))
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    status = models.CharField(
        _("status"), max_length=17, choices=IssueStatus, default=IssueStatus.DRAFT, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    subject = models.CharField(_("subject"), max_length=300, blank=True, help_text=_("Empty: made from the stories."))
    preheader = models.CharField(
        _("preheader"),
        max_length=300,
        blank=True,
        help_text=_("The line beside the subject. Empty: made from the stories."),
    )

    title = models.CharField(_("title"), max_length=500)
    icon = models.CharField(_("icon"), max_length=16, null=True, blank=True)
    series = models.CharField(_("series"), max_length=200, null=True, blank=True)
    date_start = models.DateField(_("date"))
    date_end = models.DateField(_("last date"), null=True, blank=True)
    generated_at = models.DateTimeField(_("generated at"), null=True, blank=True)
    generated_offset = models.IntegerField(null=True, editable=False)  # minutes; the digest's own offset from UTC
    description = models.TextField(_("description"), null=True, blank=True)
    summary = models.TextField(_("summary"), null=True, blank=True)
    draft = models.BooleanField(null=True, editable=False)
    front_matter = models.JSONField(default=dict, blank=True, editable=False)
    cover = models.JSONField(null=True, blank=True, editable=False)
    tags = models.JSONField(_("tags"), default=list, blank=True)
    highlights = models.JSONField(_("highlights"), default=list, blank=True)
    other_links = models.JSONField(_("other links"), default=list, blank=True)
    editor_insight = models.JSONField(_("editor's insight"), null=True, blank=True)
    reading = models.JSONField(_("reading"), default=list, blank=True)
    keywords = models.JSONField(_("keywords"), default=list, blank=True)
    colophon = models.JSONField(_("colophon"), default=list, blank=True)
    declared_articles = models.PositiveIntegerField(null=True, blank=True, editable=False)
    declared_topics = models.PositiveIntegerField(null=True, blank=True, editable=False)
    findings = models.JSONField(_("import findings"), default=list, blank=True, editable=False)
    notation = models.JSONField(null=True, blank=True, editable=False)  # how the digest spells it; no content

    source_text = models.TextField(blank=True, editable=False)
    source_hash = models.CharField(max_length=64, blank=True, editable=False)
    last_editor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("last editor"),
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("submitted by"),
    )
    approved_rendition = models.ForeignKey(
        "newsletter.Rendition", models.PROTECT, null=True, related_name="+", editable=False
    )
    approved_audience = models.CharField(max_length=64, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)
    withdrawal_note = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        ordering = ["-date_start", "-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=IssueStatus.values), name="issue_status_is_known"),
            models.CheckConstraint(
                condition=models.Q(date_end__isnull=True) | models.Q(date_end__gte=models.F("date_start")),
                name="issue_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=APPROVED_STATUSES)
                | (models.Q(approved_rendition__isnull=False) & ~models.Q(approved_audience="")),
                name="approved_issue_has_an_approval",
            ),
        ]
        permissions = [
            ("submit_issue", "Can submit an issue for review"),
            ("approve_issue", "Can approve an issue"),
            ("request_changes_issue", "Can request changes of an issue"),
            ("schedule_issue", "Can schedule and unschedule an issue"),
            ("archive_issue", "Can archive an issue"),
            ("send_test_issue", "Can send tests of an issue"),
            ("acknowledge_issue", "Can acknowledge warnings of an issue"),
            ("share_issue", "Can make and revoke preview links of an issue"),
            ("correct_issue", "Can correct the web page of a sent issue"),
            ("withdraw_issue", "Can withdraw the web page of a sent issue"),
        ]

    def __str__(self) -> str:
        return self.slug


class Section(models.Model):
    issue = models.ForeignKey(Issue, models.CASCADE, related_name="sections", verbose_name=_("issue"))
    position = models.PositiveSmallIntegerField(_("order"))
    number = models.PositiveSmallIntegerField(_("printed number"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=500, null=True, blank=True)
    title_en = models.CharField(_("English title"), max_length=500, null=True, blank=True)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["issue", "position"], name="one_section_per_position")]

    def __str__(self) -> str:
        return self.title or f"#{self.position + 1}"


class Story(models.Model):
    section = models.ForeignKey(Section, models.CASCADE, related_name="stories", verbose_name=_("section"))
    position = models.PositiveSmallIntegerField(_("order"))
    title = models.CharField(_("title"), max_length=500)
    category = models.CharField(_("category"), max_length=200, null=True, blank=True)
    primary_link = models.JSONField(_("original"), null=True, blank=True)
    summary = models.TextField(_("summary"), null=True, blank=True)
    insight = models.TextField(_("insight"), null=True, blank=True)
    blocks = models.JSONField(_("blocks"), default=list, blank=True)
    entities = models.JSONField(_("entities"), default=list, blank=True)
    importance = models.TextField(_("importance"), null=True, blank=True)
    links = models.JSONField(_("links"), default=list, blank=True)

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["section", "position"], name="one_story_per_position")]

    def __str__(self) -> str:
        return self.title


class Source(models.Model):
    """Where a story was read."""

    story = models.ForeignKey(Story, models.CASCADE, related_name="sources")
    position = models.PositiveSmallIntegerField(_("order"))
    name = models.CharField(_("name"), max_length=300)
    url = models.TextField(_("address"))

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["story", "position"], name="one_source_per_position")]

    def __str__(self) -> str:
        return self.name
