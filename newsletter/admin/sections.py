"""The sections of an issue on its own page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Prefetch
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.admin.ordering import OrderedFormSet, OrderedInline, OrderForm
from newsletter.models import DigestFormat, Issue, Section, Story


class SectionRowForm(OrderForm):
    with_stories = forms.BooleanField(label=gettext_lazy("Delete its stories, too"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not (self.instance.pk and self.instance.stories.all()):
            self.fields["with_stories"].widget = forms.HiddenInput()

    class Meta:
        model = Section
        fields = ("order", "number", "title", "title_en", "with_stories")


class SectionFormSet(OrderedFormSet):
    def issue(self) -> Issue:
        issue: Issue = self.instance
        return issue

    def clean(self) -> None:
        """A section goes with its stories only where somebody said so."""
        super().clean()
        for form in self.deleted_forms:
            count = len(form.instance.stories.all()) if form.instance.pk else 0
            if count and not form["with_stories"].data:
                said = {"section": form.instance, "count": count}
                raise forms.ValidationError(
                    _(
                        "“%(section)s” has stories (%(count)d), which would be deleted with it: to confirm, tick "
                        "“Delete its stories, too” beside it, or move them to another section first."
                    )
                    % said
                )


class SectionInline(OrderedInline[Section, Issue]):
    model = Section
    form = SectionRowForm
    formset = SectionFormSet
    fields = (("order", "number"), ("title", "title_en"), "stories", "with_stories")
    readonly_fields = ("stories",)
    show_change_link = True
    verbose_name_plural = gettext_lazy("sections")

    def issue_of(self, obj: Issue) -> Issue:
        return obj

    def get_max_num(self, request: HttpRequest, obj: Issue | None = None, **kwargs: Any) -> int | None:
        """An express digest has no headings between its stories: they are one section."""
        express = obj is not None and obj.newsletter.format == DigestFormat.EXPRESS
        return 1 if express else super().get_max_num(request, obj, **kwargs)

    def get_queryset(self, request: HttpRequest) -> Any:
        titles = Story.objects.only("section_id", "position", "title")
        return super().get_queryset(request).prefetch_related(Prefetch("stories", titles))

    @admin.display(description=gettext_lazy("stories"))
    def stories(self, obj: Section) -> SafeString | str:
        if not obj.pk:
            return _("Save the section, then open it to add stories.")
        stories = [(reverse("admin:newsletter_story_change", args=[each.pk]), each.title) for each in obj.stories.all()]
        titles = format_html_join("", '<li><a href="{}">{}</a></li>', stories)
        section = reverse("admin:newsletter_section_change", args=[obj.pk])
        return format_html('<ol>{}</ol><a href="{}">{}</a>', titles, section, _("Add, move or delete stories"))
