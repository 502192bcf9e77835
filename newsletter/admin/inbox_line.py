"""The inbox line of an issue on its review page: sender, subject and preheader as a phone shows them, to be edited."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from newsletter.admin import desk
from newsletter.editorial import edits
from newsletter.errors import Refused
from newsletter.models import Issue
from newsletter.rendering.headers import PREHEADER_COLUMNS, SUBJECT_COLUMNS
from newsletter.rendering.measure import columns
from newsletter.rendering.slots import shown

NAME = "…" * 8  # as wide as pre-flight takes a reader's name to be


class WordsForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    class Meta:
        model = Issue
        fields = ("subject", "preheader")


@dataclasses.dataclass(frozen=True, slots=True)
class Measured:
    """A text as readers see it, its columns (a Chinese character is two), and how many inboxes show."""

    text: str
    columns: int
    least: int
    most: int

    @property
    def fits(self) -> bool:
        return self.least <= self.columns <= self.most


def urls(guard: Callable[[Any], Any]) -> list[URLPattern]:
    return [path("<int:issue_id>/words/", guard(words_view), name="newsletter_issue_words")]


def zone(review: desk.Review) -> dict[str, Any]:
    """What ``zones/inbox.html`` shows."""
    editable = edits.problem(review.issue, review.user) is None
    line = {}
    if review.rendition:
        least, most = PREHEADER_COLUMNS
        line = {
            "subject": _measured(review.rendition.subject, 1, SUBJECT_COLUMNS),
            "preheader": _measured(review.rendition.preheader, least, most),
        }
    return {**line, "form": WordsForm(instance=review.issue) if editable else None}


def _measured(text: str, least: int, most: int) -> Measured:
    text = shown(text, NAME)
    return Measured(text, columns(text), least, most)


@require_POST
def words_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Change subject and preheader; like every edit, it takes an approval back."""
    issue, user = desk.issue_for(request, issue_id), desk.person(request)
    if problem := edits.problem(issue, user):
        return desk.refused(request, issue, "edit", Refused(problem))
    form = WordsForm(request.POST, instance=issue)
    if not form.is_valid():
        for name, problems in form.errors.items():
            messages.error(request, f"{form.fields[name].label}: {' '.join(map(str, problems))}")
    elif form.has_changed():
        _save(request, issue, form)
    return HttpResponseRedirect(desk.review_url(issue, "inbox"))


def _save(request: HttpRequest, issue: Issue, form: WordsForm) -> None:
    version = request.POST.get("version", "")
    try:
        with transaction.atomic():
            edits.begin(issue.pk, desk.person(request), int(version) if version.isdecimal() else -1)
            Issue.objects.filter(pk=issue.pk).update(**form.cleaned_data)
    except Refused as refused:
        yours = "; ".join(f"{form.fields[name].label}: {form.cleaned_data[name]}" for name in form.changed_data)
        messages.error(request, f"{refused} {_('You wrote:')} {yours}")
    else:
        messages.success(request, _("Saved."))
