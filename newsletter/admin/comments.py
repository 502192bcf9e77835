"""What a comment looks like on a page, and the form that makes one."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from newsletter import discussion, local_time
from newsletter.digest.inline import to_plain
from newsletter.models import Comment, Issue, Story

# An address ends before what closes the sentence around it.
_ADDRESS = re.compile(
    r"""(https://[^\s<>"'，。；：！？、（）「」『』【】《》]*[^\s<>"'，。；：！？、（）「」『』【】《》.,;:!?)\]])"""
)


@dataclasses.dataclass(frozen=True, slots=True)
class Listed:
    """A story that may be spoken of, by its number in the issue."""

    number: int
    pk: int


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """A comment as the page shows it. ``story`` is its story's title without markup; ``place``, where that is edited,
    is empty where the story is gone, or not theirs to open."""

    comment: Comment
    text: SafeString
    time: str
    story: str
    place: str
    gone: bool


class CommentForm(forms.Form):
    story = forms.ChoiceField(
        label=gettext_lazy("About"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("This story is gone, or has another title now.")},
    )
    text = forms.CharField(
        label=gettext_lazy("Comment"),
        max_length=discussion.LONGEST,
        widget=forms.Textarea({"rows": 4, "class": "vLargeTextField"}),
    )

    def __init__(self, stories: Mapping[str, Listed], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(title, f"{story.number}. {to_plain(title)}") for title, story in stories.items()]
        self.fields["story"].choices = [("", gettext_lazy("the whole issue")), *named]  # type: ignore[attr-defined]


def stories_of(issue: Issue) -> dict[str, Listed]:
    """By title, the first story that bears it."""
    stories = Story.objects.filter(section__issue=issue).order_by("section__position", "position")
    found: dict[str, Listed] = {}
    for number, (pk, title) in enumerate(stories.values_list("pk", "title"), 1):
        found.setdefault(title, Listed(number, pk))
    return found


def said_in(issue: Issue, stories: Mapping[str, Listed], *, may_open: bool) -> list[Said]:
    """All comments, newest last. One query."""
    comments = Comment.objects.filter(issue=issue).select_related("author", "resolved_by")
    return list(_said(comments, issue, stories if may_open else {}, stories))


def _said(
    comments: Iterable[Comment], issue: Issue, opened: Mapping[str, Listed], stories: Mapping[str, Listed]
) -> Iterable[Said]:
    for comment in comments:
        title = comment.story_title
        yield Said(
            comment=comment,
            text=linked(comment.text),
            time=local_time.show(comment.created_at, issue.newsletter.time_zone),
            story=to_plain(title),
            place=reverse("admin:newsletter_story_change", args=[opened[title].pk]) if title in opened else "",
            gone=bool(title) and title not in stories,
        )


def linked(text: str) -> SafeString:
    """Plain text as HTML, with links where whole https addresses stand."""
    link = '<a href="{0}" rel="noopener noreferrer nofollow">{0}</a>'
    pieces = enumerate(_ADDRESS.split(text))
    shown = [format_html(link, piece) if at % 2 else conditional_escape(piece) for at, piece in pieces]
    return mark_safe("".join(shown))  # noqa: S308 - every piece is escaped
