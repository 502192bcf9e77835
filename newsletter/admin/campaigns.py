"""Campaigns, to be found; what to do with them is on the pages of ops."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.models import Campaign
from newsletter.reports.lines import of_issue
from subscribers.admin.generic import ReadOnlyAdmin


@admin.register(Campaign)
class CampaignAdmin(ReadOnlyAdmin[Campaign]):
    list_display = ("issue", "status", "send_at", "recipients", "finished_at", "watch")
    list_filter = ("status", "issue__newsletter")
    list_select_related = ("issue",)
    date_hierarchy = "send_at"
    search_fields = ("issue__slug",)
    fields = (
        *("watch", "issue", "mailing_list", "status", "reason", "send_at", "late_policy", "late_minutes"),
        *("candidates", "recipients", "exclusions", "created_at", "started_at", "finished_at"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        return super().get_queryset(request).defer(*of_issue())

    @admin.display(description=gettext_lazy("operations"))
    def watch(self, obj: Campaign) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("ops:campaign", args=[obj.pk]), _("numbers and brakes"))
