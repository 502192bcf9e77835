"""Mailing lists."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from subscribers.admin.generic import ModelAdmin
from subscribers.models import MailingList


@admin.register(MailingList)
class MailingListAdmin(ModelAdmin[MailingList]):
    list_display = ("name", "slug", "created_at")
    search_fields = ("name", "slug")
    fields = ("name", "slug", "description", "created_at")

    def get_readonly_fields(self, request: HttpRequest, obj: MailingList | None = None) -> tuple[str, ...]:
        """A list keeps its slug: approvals are bound to it."""
        return ("slug", "created_at") if obj else ("created_at",)
