"""Changing an issue's content in the admin: what every form of it shares.

The version that the person saw travels with the form. When somebody else saved meanwhile, the second save is refused,
and each field says what is stored now; nothing that was typed is lost, and saving again is then a decision.
"""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import JSONField, TextField
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from newsletter import workflow
from newsletter.admin import desk, typed
from newsletter.admin.shapes import ShapedField, shape_of, shown
from newsletter.digest.errors import InvalidJson
from newsletter.digest.jsonform import from_json
from newsletter.editorial import edits
from newsletter.errors import Refused
from newsletter.models import Issue
from subscribers.admin.generic import M, ModelAdmin


class ContentForm(ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A form of a part of an issue. Subclasses say which issue, and how a JSON field stands in a document."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    refusal = ""  # why what this form says could not be saved
    edit: edits.Edit | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "seen" in self.fields:
            self.fields["seen"].initial = self.issue().version
        for name, field in self.fields.items():
            # What changed is told from what is stored, not from what the page says it was.
            field.show_hidden_initial = False
            if isinstance(field, ShapedField):
                field.help_text = shape_of(name)

    def issue(self) -> Issue:
        raise NotImplementedError

    def as_document(self, name: str, value: Any) -> dict[str, Any]:
        """The JSON form of a document that holds just this field's value."""
        raise NotImplementedError

    def changed_fields(self) -> list[str]:
        """The fields of the row to be saved."""
        return [name for name in self.changed_data if name != "seen"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in [name for name in cleaned if name != "seen"]:
            self._clean_one(name, cleaned)
        if self.refusal:
            self.add_error(None, self.refusal)
        if self.instance.pk:
            self._check_version(cleaned)
        return cleaned

    def _clean_one(self, name: str, cleaned: dict[str, Any]) -> None:
        field = self.instance._meta.get_field(name)
        if isinstance(field, TextField) and field.null:
            cleaned[name] = cleaned[name] or None  # what a digest doesn't have is None, never the empty text
        if isinstance(self.fields[name], forms.JSONField):
            if cleaned[name] is None and not field.null:
                cleaned[name] = field.get_default()
            bare = {"format": "express", "language": "en", "title": "-"}
            try:
                from_json({**bare, **self.as_document(name, cleaned[name])})
            except InvalidJson as problem:
                self.add_error(name, str(problem))

    def _check_version(self, cleaned: dict[str, Any]) -> None:
        issue = self.issue()
        if cleaned.get("seen") == issue.version:
            return
        who = issue.last_editor.get_username() if issue.last_editor else _("somebody")
        self.add_error(
            None,
            _("%(who)s changed this issue while you were editing. Nothing is saved yet: save again to keep yours.")
            % {"who": who},
        )
        for name in self.changed_fields():
            self.add_error(name, stored_now(getattr(self.instance, name)))
        data = cast("QueryDict", self.data).copy()
        data[self.add_prefix("seen")] = str(issue.version)
        self.data = data


class ContentAdmin(ModelAdmin[M]):
    """Saves a part of an issue through the desk's rules: reopened where that is needed, its last editor named."""

    formfield_overrides = {JSONField: {"form_class": ShapedField}}

    class Media:
        css = {"all": ("sudi/editing.css",)}
        js = ("sudi/editing.js",)

    def issue_of(self, obj: M) -> Issue:
        raise NotImplementedError

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        editable = obj is None or self.issue_of(obj).status in workflow.EDITABLE
        return editable and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: M | None = None) -> Any:
        """With the version that the person sees, where they may change it."""
        fieldsets = [*super().get_fieldsets(request, obj)]
        if obj and self.has_change_permission(request, obj):
            fieldsets.append((None, {"fields": ("seen",)}))
        return fieldsets

    def get_form(self, request: HttpRequest, obj: M | None = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.refusal = request.META.get("sudi.refusal", "")  # the class is made anew for each request
        return form

    def save_model(self, request: HttpRequest, obj: M, form: Any, change: bool) -> None:
        if changed := form.changed_fields():
            self._begin(request, form)
            obj.save(update_fields=changed)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if form.edit is None and any(formset.has_changed() for formset in formsets):
            self._begin(request, form)
        super().save_related(request, form, formsets, change)
        if form.edit:
            edits.finish(form.edit)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method == "POST":
            request.POST = typed.with_line_feeds(request.POST)  # type: ignore[assignment]  # as immutable as before
            if object_id and (answer := self._unsaveable(request, object_id)):
                return answer
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refused:
            # All is rolled back. The same form once more, so that it says why and keeps what was typed.
            request.META["sudi.refusal"] = str(refused)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _begin(self, request: HttpRequest, form: Any) -> None:
        form.edit = edits.begin(form.issue().pk, desk.person(request), form.cleaned_data["seen"])

    def _unsaveable(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        """The answer to a post of what is no longer there, or may not be changed."""
        obj = self.get_object(request, object_id)
        if obj is None:
            return typed.kept(request, _("It is not there any more; somebody imported the issue again or deleted it."))
        if self.has_change_permission(request, obj) or not self.has_view_permission(request, obj):
            return None
        issue = self.issue_of(obj)
        why = edits.problem(issue, desk.person(request)) or _("Your role may not edit this.")
        return desk.refused(request, issue, "edit", Refused(why))


def stored_now(value: Any) -> str:
    return _("Stored now: %(value)s") % {"value": shown(value)}
