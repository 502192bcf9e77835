"""The audit of issues."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from newsletter.models import IssueTransition
from newsletter.reports.lines import of_issue
from subscribers.admin.generic import ReadOnlyAdmin


@admin.register(IssueTransition)
class IssueTransitionAdmin(ReadOnlyAdmin[IssueTransition]):
    list_display = ("at", "issue", "action", "from_status", "to_status", "user", "refused", "note")
    list_filter = ("action", "to_status", "refused", "issue__newsletter")
    list_select_related = ("issue", "user")
    date_hierarchy = "at"
    search_fields = ("issue__slug", "user__username", "note")
    fields = ("issue", "action", "from_status", "to_status", "user", "at", "rendition_hash", "refused", "note")

    def get_queryset(self, request: HttpRequest) -> QuerySet[IssueTransition]:
        return super().get_queryset(request).defer(*of_issue())
