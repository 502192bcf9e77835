"""Newsletters: who publishes, and how it looks."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.translation import gettext as _

from newsletter.admin import logos
from newsletter.editorial import proof_addresses
from newsletter.models import Newsletter
from newsletter.rendering.publication import Theme
from subscribers.addresses import AddressError, normalise
from subscribers.admin.generic import ModelAdmin


class NewsletterForm(ModelForm):  # type: ignore[type-arg]  # not generic at run time
    class Meta:
        model = Newsletter
        fields = "__all__"  # noqa: DJ007 - the admin names them

    def clean_theme(self) -> dict[str, Any]:
        theme = self.cleaned_data["theme"] or {}
        try:
            Theme(**theme)
        except TypeError as problem:
            names = ", ".join(Theme.__dataclass_fields__)
            raise forms.ValidationError(
                _("A theme is an object with any of: %(names)s.") % {"names": names}
            ) from problem
        return dict(theme)

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"])
        if zone not in zoneinfo.available_timezones():
            raise forms.ValidationError(_("There is no time zone of this name; Asia/Shanghai is one."))
        return zone

    def clean_proof_list(self) -> str:
        """One address a line, as it will be written to."""
        lines = proof_addresses.in_lines(self.cleaned_data["proof_list"])
        if len(lines) > proof_addresses.MOST:
            raise forms.ValidationError(
                _("A test goes to %(most)d addresses at most.") % {"most": proof_addresses.MOST}
            )
        problems, good = [], []
        for number, line in enumerate(lines, 1):
            try:
                good.append(normalise(line).email)
            except AddressError as problem:
                problems.append(_("Line %(number)d: %(problem)s") % {"number": number, "problem": problem})
        if problems:
            raise forms.ValidationError(problems)
        return "\n".join(dict.fromkeys(good))


@admin.register(Newsletter)
class NewsletterAdmin(ModelAdmin[Newsletter]):
    form = NewsletterForm
    change_form_template = "admin/newsletter/newsletter/change_form.html"
    list_display = ("name", "slug", "language", "format", "mailing_list", "second_person")
    list_filter = ("language", "format")
    list_select_related = ("mailing_list",)
    search_fields = ("name", "slug")
    fieldsets = (
        (None, {"fields": ("name", "slug", "tagline", "language", "format", "mailing_list", "time_zone")}),
        (_("Sender"), {"fields": ("from_name", "from_email", "reply_to", "postal_address")}),
        (_("Look"), {"fields": ("theme",)}),
        (_("The desk"), {"fields": ("proof_list", "usual_time", "usual_days")}),
        (_("Rules"), {"fields": ("second_person", "track_opens", "track_clicks")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Newsletter | None = None) -> tuple[str, ...]:
        """Addresses of pages and slugs of issues are made of the slug, parsers chosen by the format."""
        return ("slug", "format") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Newsletter | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Newsletter, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.changed_data:
            logos.warn_of_approved(request, obj)

    def get_urls(self) -> list[URLPattern]:
        return [*logos.urls(self.admin_site.admin_view), *super().get_urls()]
