"""Issues: what they say, and where they stand."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from newsletter.admin import addresses
from newsletter.admin.editing import ContentAdmin, ContentForm
from newsletter.admin.listing import IssueListing
from newsletter.admin.sections import SectionInline
from newsletter.admin.uploads import upload_view
from newsletter.models import Issue, IssueTransition, Rendition
from subscribers.admin.generic import ReadOnlyInline

WORDS = ("subject", "preheader", "title", "icon", "series", "date_start", "date_end", "description", "summary")
STANDING = ("status", "last_editor", "submitted_by", "renditions", "campaign", "updated_at")
PARTS = ("tags", "highlights", "other_links", "editor_insight", "reading", "keywords", "colophon")


class IssueForm(ContentForm):
    class Meta:
        model = Issue
        fields = (*WORDS, *PARTS)

    def issue(self) -> Issue:
        issue: Issue = self.instance
        return issue

    def as_document(self, name: str, value: Any) -> dict[str, Any]:
        return {name: value}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("date_start"), cleaned.get("date_end")
        if start and end and end < start:
            self.add_error("date_end", gettext("The last date is before the first."))
        if start and "date_start" in self.changed_data:
            self._rename(f"{self.instance.newsletter.slug}-{start}")
        return cleaned

    def changed_fields(self) -> list[str]:
        changed = super().changed_fields()
        return [*changed, "slug"] if "date_start" in changed else changed

    def _rename(self, slug: str) -> None:
        """The day names the issue, so that a digest of that day still is of this one."""
        if self.instance.slug != f"{self.instance.newsletter.slug}-{self.initial['date_start']}":
            return
        if Issue.objects.filter(slug=slug).exists():
            self.add_error("date_start", gettext("There is an issue of that day already: %(slug)s") % {"slug": slug})
        else:
            self.instance.slug = slug


class TransitionInline(ReadOnlyInline[IssueTransition, Issue]):
    model = IssueTransition
    fields = ("at", "user", "from_status", "to_status", "note")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user")


@admin.register(Issue)
class IssueAdmin(IssueListing, ContentAdmin[Issue]):
    form = IssueForm
    change_form_template = "admin/newsletter/issue/change_form.html"
    change_list_template = "admin/newsletter/issue/change_list.html"
    inlines = (SectionInline, TransitionInline)
    readonly_fields = (*STANDING, "newsletter", "slug")

    def issue_of(self, obj: Issue) -> Issue:
        return obj

    def get_fieldsets(self, request: HttpRequest, obj: Issue | None = None) -> Any:
        return [
            (None, {"fields": STANDING}),
            (_("Content"), {"fields": ("newsletter", "slug", *WORDS)}),
            (_("Parts"), {"fields": PARTS, "classes": ("collapse",)}),
            *super().get_fieldsets(request, obj)[1:],
        ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("newsletter", "last_editor", "submitted_by")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """An issue begins with its digest."""
        return upload_view(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Without a button to add another by hand."""
        context = {**(extra_context or {}), "show_save_and_add_another": False}
        return super().change_view(request, object_id, form_url, context)

    @admin.display(description=_("renditions"))
    def renditions(self, obj: Issue) -> SafeString | str:
        """Frozen mails, newest first; the approved one is marked."""
        found = Rendition.objects.filter(issue=obj).order_by("-pk").values_list("pk", "hash")[:10]
        links = [
            (
                reverse("admin:newsletter_rendition_change", args=[pk]),
                digest[:12],
                " ✓" if pk == obj.approved_rendition_id else "",
            )
            for pk, digest in found
        ]
        return format_html_join(" · ", '<a href="{}"><code>{}</code></a>{}', links) or "–"

    @admin.display(description=_("campaign"))
    def campaign(self, obj: Issue) -> SafeString | str:
        found = obj.campaigns.only("status")
        links = [(reverse("ops:campaign", args=[each.pk]), each.get_status_display()) for each in found]
        return format_html_join(" · ", '<a href="{}">{}</a>', links) or "–"

    def get_urls(self) -> list[URLPattern]:
        return [*addresses.urls(self.admin_site.admin_view), *super().get_urls()]
