"""What SES said, as it said it."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from newsletter.models import DeliveryEvent
from subscribers.admin.generic import ReadOnlyAdmin


@admin.register(DeliveryEvent)
class DeliveryEventAdmin(ReadOnlyAdmin[DeliveryEvent]):
    list_display = ("kind", "at", "received_at", "applied_at", "unmatched", "delivery")
    list_filter = ("kind", "unmatched", ("applied_at", admin.EmptyFieldListFilter))
    date_hierarchy = "received_at"
    search_fields = ("=message_id", "key__startswith")
    ordering = ("-received_at",)
    fields = ("kind", "delivery", "attempt", "message_id", "at", "received_at", "applied_at", "unmatched", "raw", "key")

    @admin.display(description=_("delivery"))
    def delivery(self, obj: DeliveryEvent) -> SafeString | str:
        if obj.campaign_id is None or obj.position is None:
            return "–"
        address = reverse("ops:delivery", args=[obj.campaign_id, obj.position])
        return format_html('<a href="{}">{}-{}</a>', address, obj.campaign_id, obj.position)
