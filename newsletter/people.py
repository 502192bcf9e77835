"""Who of the desk may do what."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet


def who_may(permission: str) -> QuerySet[User]:
    """The active people with this permission of the app, by their own, their role's, or as superusers."""
    own = Q(user_permissions__content_type__app_label="newsletter", user_permissions__codename=permission)
    role = Q(groups__permissions__content_type__app_label="newsletter", groups__permissions__codename=permission)
    return User.objects.filter(Q(is_superuser=True) | own | role, is_active=True).distinct().order_by("pk")
