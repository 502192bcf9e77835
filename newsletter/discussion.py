"""Comments on an issue and on its stories: the only writer of ``Comment``.

Nothing that was said is changed or deleted. A comment may be made at every status: what was sent is spoken of, too.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Case, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter import notices
from newsletter.digest.comparison import Comparison
from newsletter.errors import NotPermitted, Refused
from newsletter.models import Comment, Issue, NoticeKind, Story

LONGEST = 4000  # characters


@transaction.atomic
def comment(issue: Issue, user: User, text: str, *, story_title: str = "") -> Comment:
    """Say something of the issue, or of one of its stories; whoever works on it is told. Raises ``Refused``."""
    check(user)
    text = text.strip()
    if not text:
        raise Refused(_("A comment needs some words."))
    if len(text) > LONGEST:
        facts = {"count": len(text), "most": LONGEST}
        raise Refused(_("The comment has %(count)d characters; %(most)d at most.") % facts)
    if story_title and not Story.objects.filter(section__issue=issue, title=story_title).exists():
        raise Refused(_("The issue has no story “%(title)s” any more.") % {"title": story_title})
    said = Comment.objects.create(issue=issue, author=user, text=text, story_title=story_title)
    notices.tell(_involved(issue), issue, NoticeKind.COMMENTED, by=user, note=text)
    return said


def resolve(comment: Comment, user: User) -> None:
    """What was asked for is done. Raises ``Refused``."""
    check(user)
    resolved = {"resolved_at": timezone.now(), "resolved_by": user}
    if not Comment.objects.filter(pk=comment.pk, resolved_at=None).update(**resolved):
        raise Refused(_("This comment is resolved already."))


def reopen(comment: Comment, user: User) -> None:
    """It isn't, after all. Raises ``Refused``."""
    check(user)
    resolved = Comment.objects.filter(pk=comment.pk, resolved_at__isnull=False)
    if not resolved.update(resolved_at=None, resolved_by=None):
        raise Refused(_("This comment is open already."))


def check(user: User) -> None:
    """Raises ``NotPermitted`` where this person has no say."""
    if not user.has_perm("newsletter.add_comment"):
        name = user.get_username()
        raise NotPermitted(_("%(name)s may not comment; the permission is newsletter.add_comment.") % {"name": name})


def follow(issue: Issue, titles: Mapping[str, str]) -> None:
    """Keep the comments with their stories, whose titles change: what each said before, and says. At once, for two may
    have changed places. In the change's own transaction."""
    told = Comment.objects.filter(issue=issue, story_title__in=titles)
    known = told.order_by().values_list("story_title", flat=True).distinct()
    moves = [When(story_title=before, then=Value(titles[before])) for before in known]
    if moves:
        told.update(story_title=Case(*moves, default="story_title"))


def retitled(comparison: Comparison) -> dict[str, str]:
    """The titles of the stories that bear another one after an import: before, and after."""
    changes = (change for story in comparison.changed for change in story.changes if change.field == "title")
    return {change.before: change.after for change in changes if change.before and change.after}


def _involved(issue: Issue) -> list[User]:
    """Its last editor, who submitted it, and whoever commented on it."""
    hands = [pk for pk in (issue.last_editor_id, issue.submitted_by_id) if pk]
    commenters = Comment.objects.filter(issue=issue).order_by().values("author")
    return list(User.objects.filter(Q(pk__in=hands) | Q(pk__in=commenters)))
