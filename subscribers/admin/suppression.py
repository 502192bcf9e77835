"""Suppressions: made and lifted through ``subscribers.suppression``, never changed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subscribers import suppression
from subscribers.addresses import Address, AddressError, normalise
from subscribers.admin.generic import ModelAdmin
from subscribers.models import Suppression, SuppressionReason


class SuppressionForm(ModelForm):  # type: ignore[type-arg]  # not generic at run time
    email = forms.CharField(label=gettext_lazy("Address"), max_length=320)

    class Meta:
        model = Suppression
        fields = ("email", "reason", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "reason" in self.fields:
            self.fields["reason"].initial = SuppressionReason.MANUAL

    def clean_email(self) -> str:
        try:
            address = normalise(self.cleaned_data["email"])
        except AddressError as problem:
            raise forms.ValidationError(str(problem)) from problem
        known = Suppression.objects.filter(address_hash=address.hash).first()
        if known:
            raise forms.ValidationError(_("Suppressed already: %(reason)s.") % {"reason": known.get_reason_display()})
        return address.email


@admin.register(Suppression)
class SuppressionAdmin(ModelAdmin[Suppression]):
    form = SuppressionForm
    list_display = ("__str__", "reason", "note", "created_at", "known_to_ses_at")
    list_filter = ("reason",)
    date_hierarchy = "created_at"
    search_fields = ("email__istartswith", "note")
    show_full_result_count = False
    fields = ("email", "reason", "note")

    def has_change_permission(self, request: HttpRequest, obj: Suppression | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Suppression, form: Any, change: bool) -> None:
        address = normalise(obj.email)
        suppression.suppress([address], SuppressionReason(obj.reason), obj.note)
        stored = Suppression.objects.get(address_hash=address.hash)
        obj.pk, obj.address_hash = stored.pk, stored.address_hash

    def delete_model(self, request: HttpRequest, obj: Suppression) -> None:
        suppression.unsuppress([_address(obj)])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Suppression]) -> None:
        suppression.unsuppress([_address(each) for each in queryset])


def _address(row: Suppression) -> Address:
    """The row's address; after an erasure only its hash is known, which is what it is found by."""
    return Address(row.email, row.email.casefold(), row.address_hash)
