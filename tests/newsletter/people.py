"""People with the roles of the desk, signed in."""

from __future__ import annotations

from django.contrib.auth.models import Group, User
from django.test import Client

from newsletter.bootstrap import bootstrap

ROLES = ("Writers", "Editors", "Ops")


def make_person(role: str | None, name: str = "", *, staff: bool = True) -> User:
    """A member of the role's group; ``None``: of none; ``"superuser"``: of all."""
    bootstrap()
    name = name or f"{role or 'nobody'}-{User.objects.count()}".lower()
    if role == "superuser":
        return User.objects.create_superuser(name)
    user = User.objects.create_user(name, is_staff=staff)
    if role:
        user.groups.add(Group.objects.get(name=role))
    return User.objects.get(pk=user.pk)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
