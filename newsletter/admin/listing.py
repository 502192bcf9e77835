"""The list of issues: where each stands, when it is sent, and what of it somebody should look at.

Findings are those that the import stored, and comments those that are open: pre-flight renders the mail, which is a
matter for the review page of one issue and not for fifty rows.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from newsletter import local_time
from newsletter.digest.document import Severity
from newsletter.models import Comment, Issue
from newsletter.reports import lines
from subscribers.admin.generic import ModelAdmin


class IssueList(ChangeList):
    """With what the columns show, and without the issues' content."""

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet[Issue]:
        found: QuerySet[Issue] = super().get_queryset(request, *args, **kwargs)
        open_comments = Prefetch("comments", Comment.objects.filter(resolved_at=None).only("issue_id"))
        light = found.select_related(None).select_related("newsletter", "last_editor")
        light = light.defer(*(name for name in lines.BULKY if name != "findings"))
        return light.prefetch_related(open_comments, lines.their_campaigns())


class IssueListing(ModelAdmin[Issue]):
    """What the list shows, and how it is searched."""

    list_display = ("headline", "standing", "day", "to_look_at", "edited")
    list_display_links = None
    list_filter = ("status", "newsletter", "date_start")
    list_per_page = 50
    search_fields = ("slug", "title", "subject")
    date_hierarchy = "date_start"
    change_list_template = "admin/newsletter/issue/change_list.html"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return IssueList

    def get_list_display(self, request: HttpRequest) -> Any:
        """With a way to the form for who may use it; the review page is everybody's."""
        columns = super().get_list_display(request)
        if not self.has_change_permission(request):
            return columns
        return ["headline_and_form" if column == "headline" else column for column in columns]

    @admin.display(description=gettext_lazy("issue"), ordering="title")
    def headline(self, obj: Issue) -> SafeString:
        review = reverse("admin:newsletter_issue_review", args=[obj.pk])
        beneath = f"{obj.newsletter} · {obj.slug}"
        return format_html('<a href="{}">{}</a> <small>{}</small>', review, obj.title, beneath)

    @admin.display(description=gettext_lazy("issue"), ordering="title")
    def headline_and_form(self, obj: Issue) -> SafeString:
        form = reverse("admin:newsletter_issue_change", args=[obj.pk])
        hidden = format_html('<span class="visually-hidden"> {}</span>', obj.slug)
        return format_html('{} <a class="edit" href="{}">{}{}</a>', self.headline(obj), form, _("Edit"), hidden)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def standing(self, obj: Issue) -> SafeString:
        """With the time at which it is sent, or was."""
        word = format_html('<span class="standing {}">{}</span>', obj.status, obj.get_status_display())
        campaign = lines.campaign_of(obj)
        if campaign is None:
            return word
        held = format_html(' <span class="standing held">{}</span>', _("held")) if campaign.reason else ""
        time = local_time.show(campaign.send_at, obj.newsletter.time_zone)
        return format_html(
            '{}{} <small><time datetime="{}">{}</time></small>', word, held, campaign.send_at.isoformat(), time
        )

    @admin.display(description=gettext_lazy("date"), ordering="date_start")
    def day(self, obj: Issue) -> SafeString:
        date, weekday = date_format(obj.date_start, "Y-m-d"), date_format(obj.date_start, "l")
        return format_html("{} <small>{}</small>", date, weekday)

    @admin.display(description=gettext_lazy("last edited"), ordering="updated_at")
    def edited(self, obj: Issue) -> SafeString:
        at = date_format(timezone.localtime(obj.updated_at), "Y-m-d H:i")
        return format_html("{} <small>{}</small>", obj.last_editor or "–", at)

    @admin.display(description=gettext_lazy("to look at"), empty_value="–")
    def to_look_at(self, obj: Issue) -> SafeString | None:
        found = Counter(each.get("severity") for each in obj.findings)
        errors, warnings, comments = found[Severity.ERROR], found[Severity.WARNING], len(obj.comments.all())
        counted = (
            (errors, ngettext("%(count)d error", "%(count)d errors", errors)),
            (warnings, ngettext("%(count)d warning", "%(count)d warnings", warnings)),
            (comments, ngettext("%(count)d comment", "%(count)d comments", comments)),
        )
        said = [(words % {"count": count},) for count, words in counted if count]
        return format_html_join(" ", '<span class="count">{}</span>', said) if said else None
