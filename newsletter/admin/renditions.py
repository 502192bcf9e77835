"""Frozen mails, and their preview: a response of its own that runs nothing and whose links lead nowhere."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin

from newsletter.admin.stories import link_to_issue
from newsletter.models import Rendition
from newsletter.reports.lines import of_issue
from subscribers.admin.generic import ReadOnlyAdmin

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; sandbox"
# A sandbox opens no windows: with all links bound for one, a proofreader's click unsubscribes nobody.
INERT = '<base target="_blank">'


@admin.register(Rendition)
class RenditionAdmin(ReadOnlyAdmin[Rendition]):
    list_display = ("short_hash", "issue", "subject", "created_at")
    list_filter = ("issue__newsletter",)
    list_select_related = ("issue",)
    date_hierarchy = "created_at"
    search_fields = ("issue__slug", "hash__startswith", "subject")
    fields = (
        *("issue_link", "hash", "subject", "preheader", "from_name", "from_email", "reply_to", "created_at"),
        *("preview", "plain_text"),
    )

    class Media:
        css = {"all": ("sudi/admin.css",)}

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("html", "text", "inputs", *of_issue())

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(xframe_options_sameorigin(self.preview_view))
        return [path("<int:rendition_id>/preview/", view, name="newsletter_rendition_preview"), *super().get_urls()]

    def preview_view(self, request: HttpRequest, rendition_id: int) -> HttpResponse:
        """The HTML as it is mailed, slots unfilled."""
        rendition = get_object_or_404(Rendition, pk=rendition_id)
        if not self.has_view_permission(request, rendition):
            raise PermissionDenied
        html = rendition.html.replace("<head>", f"<head>{INERT}", 1)
        html = html if INERT in html else INERT + html
        return HttpResponse(html, headers={"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"})

    @admin.display(description=gettext_lazy("content hash"), ordering="hash")
    def short_hash(self, obj: Rendition) -> str:
        return obj.hash[:12]

    @admin.display(description=gettext_lazy("issue"))
    def issue_link(self, obj: Rendition) -> SafeString:
        return link_to_issue(obj.issue)

    @admin.display(description=gettext_lazy("preview"))
    def preview(self, obj: Rendition) -> SafeString:
        address = reverse("admin:newsletter_rendition_preview", args=[obj.pk])
        frame = '<iframe class="sudi-preview" sandbox="" loading="lazy" src="{}" title="{}"></iframe>'
        return format_html(frame, address, _("The mail as HTML"))

    @admin.display(description=gettext_lazy("plain text"))
    def plain_text(self, obj: Rendition) -> SafeString:
        return format_html('<pre class="sudi-text" tabindex="0">{}</pre>', obj.text)
