"""Django's admin classes with a type parameter, and the read-only ones that most of our tables ask for.

Django's own aren't generic at run time, but their stubs are; here, once, is what makes both true.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

M = TypeVar("M", bound=Model)
C = TypeVar("C", bound=Model)
P = TypeVar("P", bound=Model)

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin, StackedInline, TabularInline
else:

    class _Generic:
        def __class_getitem__(cls, _parameters: object) -> type:
            return cls

    class ModelAdmin(_Generic, admin.ModelAdmin):
        """``admin.ModelAdmin[Model]``."""

    class StackedInline(_Generic, admin.StackedInline):
        """``admin.StackedInline[Child, Parent]``."""

    class TabularInline(_Generic, admin.TabularInline):
        """``admin.TabularInline[Child, Parent]``."""


if TYPE_CHECKING:

    class ReadOnlyAdmin(ModelAdmin[M]): ...

    class ReadOnlyInline(TabularInline[C, P]): ...

else:

    class _ReadOnly:
        """Somebody else writes these rows, and only they."""

        def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
            return False

        def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
            return False

        def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
            return False

    class ReadOnlyAdmin(_ReadOnly, ModelAdmin):
        """Rows to look at: nobody, superusers included, adds, changes or deletes one here."""

        show_full_result_count = False

    class ReadOnlyInline(_ReadOnly, TabularInline):
        """The same, beneath another row."""

        extra = 0
        can_delete = False


__all__ = ["ModelAdmin", "ReadOnlyAdmin", "ReadOnlyInline", "StackedInline", "TabularInline"]
