"""Subscribers, and where they stand: ``subscribers.subscriptions`` is the only writer of that."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from subscribers.admin.generic import ModelAdmin, ReadOnlyAdmin, ReadOnlyInline
from subscribers.models import Subscriber, Subscription


class SubscriptionInline(ReadOnlyInline[Subscription, Subscriber]):
    model = Subscription
    fields = ("mailing_list", "status", "paused_until", "created_at", "changed_at")
    readonly_fields = fields


@admin.register(Subscriber)
class SubscriberAdmin(ModelAdmin[Subscriber]):
    """People come by subscribing or by an import, and leave by an erasure: neither happens here."""

    list_display = ("email", "name", "language", "created_at")
    list_filter = ("language",)
    search_fields = ("address_key__startswith", "name")
    show_full_result_count = False
    fields = ("email", "name", "language", "time_zone", "created_at")
    readonly_fields = ("email", "created_at")
    inlines = (SubscriptionInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Subscriber | None = None) -> bool:
        return False


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin[Subscription]):
    list_display = ("subscriber", "mailing_list", "status", "changed_at")
    list_filter = ("status", "mailing_list")
    list_select_related = ("subscriber", "mailing_list")
    search_fields = ("subscriber__address_key__startswith",)
    # Without the token, which opens the reader's own pages.
    fields = ("subscriber", "mailing_list", "status", "paused_until", "created_at", "changed_at")
