"""Comments on the review page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from newsletter import discussion
from newsletter.admin import desk
from newsletter.admin.comments import CommentForm, said_in, stories_of
from newsletter.admin.desk import Review
from newsletter.errors import Refused
from newsletter.models import Comment, Issue

Guard = Callable[[Any], Any]
Act = Callable[[Comment, User], None]


def urls(guard: Guard) -> list[URLPattern]:
    """The addresses beneath an issue's; ``guard`` is the admin's own."""
    comment = "<int:issue_id>/comment/"
    resolve, reopen = _changing("resolve", discussion.resolve), _changing("reopen", discussion.reopen)
    return [
        path(comment, guard(comment_view), name="newsletter_issue_comment"),
        path(f"{comment}<int:comment_id>/resolve/", guard(resolve), name="newsletter_issue_resolve"),
        path(f"{comment}<int:comment_id>/reopen/", guard(reopen), name="newsletter_issue_reopen"),
    ]


def zone(review: Review) -> dict[str, Any]:
    """What ``zones/discussion.html`` shows."""
    stories = stories_of(review.issue)
    said = said_in(review.issue, stories, may_open=review.user.has_perm("newsletter.view_story"))
    return {
        "open": [each for each in said if each.comment.resolved_at is None],
        "resolved": [each for each in said if each.comment.resolved_at is not None],
        "form": CommentForm(stories, auto_id="comment_%s") if _may(review.user) else None,
    }


@require_POST
def comment_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    issue, user = desk.issue_for(request, issue_id), desk.person(request)
    try:
        discussion.check(user)
    except Refused as problem:
        return desk.refused(request, issue, "comment", problem)
    form = CommentForm(stories_of(issue), request.POST)
    if form.is_valid():
        try:
            discussion.comment(issue, user, form.cleaned_data["text"], story_title=form.cleaned_data["story"])
        except Refused as problem:
            form.add_error(None, str(problem))
        else:
            return HttpResponseRedirect(desk.review_url(issue, "discussion"))
    return _ask_again(request, issue, form)


def _changing(name: str, act: Act) -> Callable[..., HttpResponse]:
    @require_POST
    def view(request: HttpRequest, issue_id: int, comment_id: int) -> HttpResponse:
        issue = desk.issue_for(request, issue_id)
        comment = get_object_or_404(Comment, pk=comment_id, issue=issue)
        try:
            discussion.check(desk.person(request))
        except Refused as problem:
            return desk.refused(request, issue, name, problem)
        try:
            act(comment, desk.person(request))
        except Refused as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(desk.review_url(issue))
        return HttpResponseRedirect(desk.review_url(issue, f"comment-{comment.pk}"))

    return view


def _ask_again(request: HttpRequest, issue: Issue, form: CommentForm) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": _("Comment"),
        "issue": issue,
        "form": form,
        "address": reverse("admin:newsletter_issue_comment", args=[issue.pk]),
        "label": _("Comment"),
        "back": desk.review_url(issue, "discussion"),
    }
    return TemplateResponse(request, "admin/newsletter/issue/again.html", context)


def _may(user: User) -> bool:
    try:
        discussion.check(user)
    except Refused:
        return False
    return True
