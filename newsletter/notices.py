"""Word to whoever of the desk is waited for: written with the change it tells of, mailed by the next tick."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User

from newsletter.models import Issue, Notice, NoticeKind, StaffPreference


def tell(users: Iterable[User], issue: Issue, kind: NoticeKind, *, by: User | None = None, note: str = "") -> None:
    """A notice for each of them who wants any and can be reached, but not for who did it. In the change's own
    transaction."""
    wanted = {user.pk: user for user in users if user.is_active and user.email and user != by}
    silent = StaffPreference.objects.filter(user__in=wanted, notices=False).values_list("user_id", flat=True)
    told = wanted.keys() - set(silent)
    Notice.objects.bulk_create(Notice(user=wanted[pk], issue=issue, kind=kind, by=by, note=note) for pk in sorted(told))
