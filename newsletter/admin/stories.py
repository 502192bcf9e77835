"""Sections, stories and their sources: reached from their issue, not from the index."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from newsletter.admin.editing import ContentAdmin, ContentForm
from newsletter.models import Issue, Section, Source, Story
from subscribers.admin.generic import M, ReadOnlyInline, StackedInline


def link_to_issue(issue: Issue) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse("admin:newsletter_issue_change", args=[issue.pk]), issue.slug)


class PartAdmin(ContentAdmin[M]):
    """A part of an issue."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("issue"))
    def issue_link(self, obj: Any) -> SafeString:
        return link_to_issue(self.issue_of(obj))


class StoryForm(ContentForm):
    class Meta:
        model = Story
        fields = (
            *("title", "category", "primary_link", "summary", "insight"),
            *("blocks", "entities", "importance", "links"),
        )

    def issue(self) -> Issue:
        issue: Issue = self.instance.section.issue
        return issue

    def as_document(self, name: str, value: Any) -> dict[str, Any]:
        return {"sections": [{"stories": [{"title": "-", name: value}]}]}


class SourceInline(StackedInline[Source, Story]):
    model = Source  # stacked: the fields of Django's tables have no labels that a screen reader finds
    extra = 0
    fields = ("position", "name", "url")


class StoryInline(ReadOnlyInline[Story, Section]):
    model = Story
    fields = ("position", "title", "category")
    readonly_fields = fields
    show_change_link = True
    verbose_name_plural = _("stories")


@admin.register(Story)
class StoryAdmin(PartAdmin[Story]):
    form = StoryForm
    fields = ("issue_link", *StoryForm.Meta.fields)
    readonly_fields = ("issue_link",)
    inlines = (SourceInline,)
    list_display = ("title", "section")
    list_select_related = ("section__issue",)
    search_fields = ("title",)

    def issue_of(self, obj: Story) -> Issue:
        return obj.section.issue


class SectionForm(ContentForm):
    class Meta:
        model = Section
        fields = ("number", "title", "title_en")

    def issue(self) -> Issue:
        issue: Issue = self.instance.issue
        return issue


@admin.register(Section)
class SectionAdmin(PartAdmin[Section]):
    form = SectionForm
    fields = ("issue_link", *SectionForm.Meta.fields)
    readonly_fields = ("issue_link",)
    inlines = (StoryInline,)
    list_display = ("__str__", "issue")
    list_select_related = ("issue",)
    search_fields = ("title",)

    def issue_of(self, obj: Section) -> Issue:
        return obj.issue
