"""An issue with something in it, and the form its page would post."""

from __future__ import annotations

from typing import Any

from django.forms import BooleanField, Select
from django.test import Client

from newsletter.models import Issue, Section, Source, Story
from tests.factories import IssueFactory


def make_issue(**fields: Any) -> Issue:
    """One section, two stories, one source."""
    issue: Issue = IssueFactory.create(**fields)
    section = Section.objects.create(issue=issue, position=0, title="模型")
    for position, title in enumerate(("First story", "Second story")):
        story = Story.objects.create(section=section, position=position, title=title, summary="A summary.")
    Source.objects.create(story=story, position=0, name="Wire", url="https://wire.example/1")
    return issue


def posted_by(client: Client, address: str, **changes: str) -> dict[str, str]:
    """All fields of the page's own form, as a browser would post them, with some changed."""
    response = client.get(address)
    assert response.status_code == 200
    fields: dict[str, str] = {}
    form = response.context["adminform"].form
    forms = [form, *(each for formset in response.context["inline_admin_formsets"] for each in formset.formset.forms)]
    forms += [formset.formset.management_form for formset in response.context["inline_admin_formsets"]]
    for bound in (bound for each in forms for bound in each):
        value = bound.value()
        if not isinstance(bound.field, BooleanField) or value:
            shown = value if isinstance(bound.field.widget, Select) else bound.field.widget.format_value(value)
            fields[bound.html_name] = "" if shown is None else str(shown)
    return {**fields, **changes}
