"""Rows with an order beneath another row: added, deleted and moved by number, and contiguous afterwards."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import F, Max
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter import workflow
from newsletter.admin.editing import stored_now
from newsletter.models import Issue
from subscribers.admin.generic import C, P, StackedInline

if TYPE_CHECKING:
    FormSet = BaseInlineFormSet[Any, Any, Any]
else:
    FormSet = BaseInlineFormSet


class OrderForm(ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """``order`` counts from 1 and needs not be unique; the stored positions are made of it."""

    order = forms.IntegerField(
        label=gettext_lazy("Order"),
        min_value=1,
        max_value=9999,
        required=False,
        widget=forms.NumberInput(
            attrs={"class": "order", "data-up": gettext_lazy("Move up"), "data-down": gettext_lazy("Move down")}
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["order"] = self.instance.position + 1

    def rank(self) -> tuple[float, int, int]:
        """Where the row goes: one that was moved up stands before the row whose number it got, one moved down behind
        it, and a new one without a number at the end."""
        new = self.cleaned_data.get("order") or math.inf
        old = self.instance.position + 1 if self.instance.pk else math.inf
        return new, (new > old) - (new < old), self.instance.position or 0


class OrderedFormSet(FormSet):
    """Saves its rows in their new order, from 0 without a gap."""

    def issue(self) -> Issue:
        raise NotImplementedError

    def leaves(self, form: Any) -> bool:
        """Whether the row goes elsewhere; ``place_elsewhere`` puts it there then."""
        return False

    def place_elsewhere(self, row: Any, form: Any) -> None:
        raise NotImplementedError

    def clean(self) -> None:
        super().clean()
        if any(form.instance.pk is None for form in self.initial_forms):
            raise forms.ValidationError(
                _("Rows that you saw are not there any more; copy what you typed into them and open the page again.")
            )
        if self.data.get("seen") != str(self.issue().version):
            self._say_what_is_stored()

    def save(self, commit: bool = True) -> Any:
        if not (commit and self.has_changed()):
            return super().save(commit)
        changed = super().save(commit=False)
        for row in self.deleted_objects:
            row.delete()
        gone = set(map(id, self.deleted_forms))
        forms_left = [form for form in self.forms if id(form) not in gone and (form.instance.pk or form.has_changed())]
        staying = sorted((form for form in forms_left if not self.leaves(form)), key=lambda form: form.rank())
        self._renumber([form.instance for form in staying])
        for form in forms_left:
            if self.leaves(form):
                self.place_elsewhere(form.instance, form)
        for row in changed:
            row.save()
        self.save_m2m()
        return changed

    def _renumber(self, rows: list[Any]) -> None:
        """In two phases: positions are unique at every moment."""
        if not rows:
            return
        siblings = type(rows[0])._default_manager.filter(**{self.fk.name: self.instance})
        last = siblings.aggregate(last=Max("position"))["last"] or 0
        siblings.update(position=F("position") + last + len(rows) + 1)
        for position, row in enumerate(rows):
            row.position = position
        siblings.bulk_update([row for row in rows if row.pk], ["position"])

    def _say_what_is_stored(self) -> None:
        for form in self.initial_forms:
            for name in form.changed_data:
                if name in form.initial and name not in ("id", "DELETE"):
                    form.add_error(name, stored_now(form.initial[name]))


class OrderedInline(StackedInline[C, P]):
    """Stacked: the fields of Django's tables have no labels that a screen reader finds. The last one is a new row's,
    so that adding needs no script."""

    form = OrderForm
    extra = 1

    def issue_of(self, obj: P) -> Issue:
        raise NotImplementedError

    def has_add_permission(self, request: HttpRequest, obj: P | None = None) -> bool:
        return self._is_editable(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: P | None = None) -> bool:
        return self._is_editable(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: P | None = None) -> bool:
        return self._is_editable(obj) and super().has_delete_permission(request, obj)

    def _is_editable(self, obj: P | None) -> bool:
        return obj is None or self.issue_of(obj).status in workflow.EDITABLE


def last_position(rows: Any) -> int:
    """Of a query; -1 where there is none."""
    last = rows.aggregate(last=Max("position"))["last"]
    return -1 if last is None else int(last)
