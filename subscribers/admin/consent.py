"""The proof of consent: append-only, so only to be read."""

from __future__ import annotations

from django.contrib import admin

from subscribers.admin.generic import ReadOnlyAdmin, ReadOnlyInline
from subscribers.models import ConsentDetail, ConsentRecord


class ConsentDetailInline(ReadOnlyInline[ConsentDetail, ConsentRecord]):
    model = ConsentDetail
    fields = ("address", "ip", "user_agent", "words", "locale")
    readonly_fields = fields


@admin.register(ConsentRecord)
class ConsentRecordAdmin(ReadOnlyAdmin[ConsentRecord]):
    list_display = ("subscriber_id", "sequence", "mailing_list", "action", "source", "at")
    list_filter = ("action", "mailing_list")
    list_select_related = ("mailing_list",)
    date_hierarchy = "at"
    search_fields = ("=subscriber_id", "detail__address__istartswith")
    fields = ("subscriber_id", "sequence", "mailing_list", "action", "source", "at", "digest")
    inlines = (ConsentDetailInline,)
