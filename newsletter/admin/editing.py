"""Changing an issue's content in the admin: what every form of it shares.

The version that the person saw travels with the form. When somebody else saved meanwhile, the second save is refused,
and each field says what is stored now; nothing that was typed is lost, and saving again is then a decision.
"""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import TextField
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter import editing, workflow
from newsletter.digest.errors import InvalidJson
from newsletter.digest.jsonform import from_json
from newsletter.errors import Refused
from newsletter.models import Issue
from subscribers.admin.generic import M, ModelAdmin


class ContentForm(ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A form of a part of an issue. Subclasses say which issue, and how a JSON field stands in a document."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "seen" in self.fields:
            self.fields["seen"].initial = self.issue().version
        for field in self.fields.values():
            # What changed is told from what is stored, not from what the page says it was.
            field.show_hidden_initial = False

    def issue(self) -> Issue:
        raise NotImplementedError

    def as_document(self, name: str, value: Any) -> dict[str, Any]:
        """The JSON form of a document that holds just this field's value."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in [name for name in cleaned if name != "seen"]:
            self._clean_one(name, cleaned)
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
        for name in self.changed_data:
            if name != "seen":
                self.add_error(name, _("Stored now: %(value)s") % {"value": getattr(self.instance, name)})
        data = cast("QueryDict", self.data).copy()
        data[self.add_prefix("seen")] = str(issue.version)
        self.data = data


class ContentAdmin(ModelAdmin[M]):
    """Saves a part of an issue through the desk's rules: reopened where that is needed, its last editor named."""

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

    def save_model(self, request: HttpRequest, obj: M, form: Any, change: bool) -> None:
        changed = [name for name in form.changed_data if name != "seen"]
        if change and changed:
            begin(self.issue_of(obj).pk, request.user, form.cleaned_data["seen"])
            obj.save(update_fields=changed)
        elif not change:
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        only_beneath = not [name for name in form.changed_data if name != "seen"]
        if change and only_beneath and any(formset.has_changed() for formset in formsets):
            begin(self.issue_of(form.instance).pk, request.user, form.cleaned_data["seen"])
        super().save_related(request, form, formsets, change)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(request.get_full_path())


def begin(issue_id: int, user: Any, version: int) -> None:
    """Before a change of content, in its transaction. Raises ``Refused`` past editing, or where the issue is no
    longer the version that the person saw."""
    assert isinstance(user, User)  # noqa: S101 - the admin lets nobody else in
    issue = Issue.objects.select_related("newsletter").get(pk=issue_id)
    if issue.version == version:
        editing.reopen(issue, user, "edited")
        unchanged = Issue.objects.filter(pk=issue_id, version=issue.version)
        if unchanged.update(version=issue.version + 1, last_editor=user, updated_at=timezone.now()):
            return
    raise Refused(f"{issue.slug} was changed by somebody else just now; look at it again.")
