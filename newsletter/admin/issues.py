"""Issues: what they say, and where they stand."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from newsletter.admin import steps
from newsletter.admin.editing import ContentAdmin, ContentForm
from newsletter.errors import NotPermitted, Refused
from newsletter.models import Issue, IssueTransition, Rendition, Section, Story
from subscribers.admin.generic import ReadOnlyInline

WORDS = ("subject", "preheader", "title", "icon", "series", "date_start", "date_end", "description", "summary")
PARTS = ("tags", "highlights", "other_links", "editor_insight", "reading", "keywords", "colophon")


class IssueForm(ContentForm):
    class Meta:
        model = Issue
        fields = ("newsletter", "slug", *WORDS, *PARTS)

    def issue(self) -> Issue:
        issue: Issue = self.instance
        return issue

    def as_document(self, name: str, value: Any) -> dict[str, Any]:
        return {name: value}


class SectionInline(ReadOnlyInline[Section, Issue]):
    model = Section
    fields = ("position", "title", "stories")
    readonly_fields = fields
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> Any:
        titles = Story.objects.only("section_id", "position", "title")
        return super().get_queryset(request).prefetch_related(Prefetch("stories", titles))

    @admin.display(description=_("stories"))
    def stories(self, obj: Section) -> SafeString:
        stories = [(reverse("admin:newsletter_story_change", args=[each.pk]), each.title) for each in obj.stories.all()]
        return format_html("<ol>{}</ol>", format_html_join("", '<li><a href="{}">{}</a></li>', stories))


class TransitionInline(ReadOnlyInline[IssueTransition, Issue]):
    model = IssueTransition
    fields = ("at", "user", "from_status", "to_status", "note")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user")


@admin.register(Issue)
class IssueAdmin(ContentAdmin[Issue]):
    form = IssueForm
    change_form_template = "admin/newsletter/issue/change_form.html"
    list_display = ("slug", "title", "newsletter", "status", "date_start", "last_editor", "updated_at")
    list_filter = ("status", "newsletter", "date_start")
    list_select_related = ("newsletter", "last_editor")
    search_fields = ("slug", "title", "subject")
    date_hierarchy = "date_start"
    inlines = (SectionInline, TransitionInline)
    standing = ("status", "last_editor", "submitted_by", "renditions", "campaign", "updated_at")

    def issue_of(self, obj: Issue) -> Issue:
        return obj

    def get_fieldsets(self, request: HttpRequest, obj: Issue | None = None) -> Any:
        fieldsets = [*super().get_fieldsets(request, obj)]
        content = [
            (_("Content"), {"fields": ("newsletter", "slug", *WORDS)}),
            (_("Parts"), {"fields": PARTS, "classes": ("collapse",)}),
        ]
        if obj is None:
            return content
        return [(None, {"fields": self.standing}), *content, *fieldsets[1:]]

    def get_readonly_fields(self, request: HttpRequest, obj: Issue | None = None) -> tuple[str, ...]:
        return (*self.standing, "newsletter", "slug") if obj else ()

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("newsletter", "last_editor", "submitted_by")

    def save_model(self, request: HttpRequest, obj: Issue, form: Any, change: bool) -> None:
        if not change:
            obj.last_editor = _user(request)
        super().save_model(request, obj, form, change)

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
        found = obj.campaigns.values_list("pk", "status")
        links = [(reverse("ops:campaign", args=[pk]), status) for pk, status in found]
        return format_html_join(" · ", '<a href="{}">{}</a>', links) or "–"

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if obj := context.get("original"):
            stored = get_object_or_404(Issue.objects.select_related("newsletter"), pk=obj.pk)
            context["steps"] = steps.offered(stored, _user(request))
            context["notices"] = steps.notices(stored, _user(request))
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.step_view)
        return [path("<int:issue_id>/step/<slug:name>/", view, name="newsletter_issue_step"), *super().get_urls()]

    def step_view(self, request: HttpRequest, issue_id: int, name: str) -> HttpResponseBase:
        """Ask for a note and take one step of the desk."""
        issue = get_object_or_404(Issue.objects.select_related("newsletter"), pk=issue_id)
        if name not in steps.STEPS:
            raise Http404(name)
        if not self.has_view_or_change_permission(request, issue):
            raise PermissionDenied
        step, note, back = steps.STEPS[name], request.POST.get("note", "").strip(), _change_url(issue)
        try:
            if request.method == "POST":
                _check_seen(issue, request.POST.get("version", ""))
                step.take(issue, _user(request), note)
                messages.success(request, str(step.done))
                return HttpResponseRedirect(back)
            if problem := steps.refusal(issue, _user(request), step):
                raise Refused(problem)
        except NotPermitted as problem:
            raise PermissionDenied(str(problem)) from problem
        except Refused as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(back)
        context = {**self.admin_site.each_context(request), "issue": issue, "step": step, "title": step.label}
        return TemplateResponse(request, "admin/newsletter/issue/step.html", {**context, "opts": self.opts})


def _check_seen(issue: Issue, version: str) -> None:
    if version != str(issue.version):
        raise Refused(f"{issue.slug} changed since you looked at it; look at it again.")


def _change_url(issue: Issue) -> str:
    return reverse("admin:newsletter_issue_change", args=[issue.pk])


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
    return request.user
