"""Sections, stories and their sources: reached from their issue, not from the index."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from newsletter.admin.editing import ContentAdmin, ContentForm
from newsletter.admin.ordering import OrderedFormSet, OrderedInline, OrderForm, last_position
from newsletter.models import Issue, Section, Source, Story
from subscribers.admin.generic import M


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


class SourceFormSet(OrderedFormSet):
    def issue(self) -> Issue:
        issue: Issue = self.instance.section.issue
        return issue


class SourceForm(OrderForm):
    class Meta:
        model = Source
        fields = ("order", "name", "url")
        widgets = {"url": forms.TextInput(attrs={"class": "vTextField"})}


class SourceInline(OrderedInline[Source, Story]):
    model = Source
    form = SourceForm
    formset = SourceFormSet
    fields = (("order", "name"), "url")
    verbose_name_plural = _("sources")

    def issue_of(self, obj: Story) -> Issue:
        return obj.section.issue


class StoryRowForm(OrderForm):
    """``section_to`` is the section that the story moves to."""

    section_to = forms.ModelChoiceField(
        Section.objects.none(), label=_("Move to section"), required=False, empty_label=_("stays here")
    )

    class Meta:
        model = Story
        fields = ("order", "title", "category", "section_to")


class StoryFormSet(OrderedFormSet):
    def issue(self) -> Issue:
        issue: Issue = self.instance.issue
        return issue

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "section_to" in form.fields:
            others = Section.objects.filter(issue=self.instance.issue_id).exclude(pk=self.instance.pk)
            form.fields["section_to"].queryset = others

    def leaves(self, form: Any) -> bool:
        return bool(form.cleaned_data.get("section_to"))

    def place_elsewhere(self, row: Story, form: Any) -> None:
        """At the end of the other section."""
        row.section = form.cleaned_data["section_to"]
        row.position = last_position(Story.objects.filter(section=row.section)) + 1
        row.save()


class StoryInline(OrderedInline[Story, Section]):
    model = Story
    form = StoryRowForm
    formset = StoryFormSet
    fields = (("order", "title"), ("category", "section_to"))
    show_change_link = True
    verbose_name_plural = _("stories")

    def issue_of(self, obj: Section) -> Issue:
        return obj.issue


@admin.register(Story)
class StoryAdmin(PartAdmin[Story]):
    form = StoryForm
    fields = ("issue_link", "section_link", *StoryForm.Meta.fields)
    readonly_fields = ("issue_link", "section_link")
    inlines = (SourceInline,)
    list_display = ("title", "section")
    list_select_related = ("section__issue",)
    search_fields = ("title",)

    def issue_of(self, obj: Story) -> Issue:
        return obj.section.issue

    @admin.display(description=_("section"))
    def section_link(self, obj: Story) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:newsletter_section_change", args=[obj.section_id]), obj.section
        )


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
