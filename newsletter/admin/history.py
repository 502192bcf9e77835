"""The audit of issues."""

from __future__ import annotations

from django.contrib import admin

from newsletter.models import IssueTransition
from subscribers.admin.generic import ReadOnlyAdmin


@admin.register(IssueTransition)
class IssueTransitionAdmin(ReadOnlyAdmin[IssueTransition]):
    list_display = ("at", "issue", "action", "from_status", "to_status", "user", "note")
    list_filter = ("action", "to_status")
    list_select_related = ("issue", "user")
    date_hierarchy = "at"
    search_fields = ("issue__slug", "user__username", "note")
    fields = ("issue", "action", "from_status", "to_status", "user", "at", "rendition_hash", "note")
