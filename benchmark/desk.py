"""The pages of the desk among many issues: what each takes on this machine, and how many queries it asks."""

from __future__ import annotations

import dataclasses
import statistics
import time

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmark.issues import make_issues
from newsletter.bootstrap import bootstrap
from newsletter.models import Issue, IssueStatus, Story

ISSUES, STORIES = 500, 20
MAIL = "<p>" + "字" * 30_000 + "</p>"  # as heavy as a mail is
RUNS = 7
BUDGET_MS = 300


@dataclasses.dataclass(frozen=True, slots=True)
class PageTiming:
    """One page: medians of the warm runs in milliseconds, of the clock and of this process alone (which is what counts
    on a busy machine), queries, and bytes of HTML."""

    page: str
    ms: float
    cpu_ms: float
    queries: int
    html_bytes: int


def measure_desk(issues: int = ISSUES, stories: int = STORIES, runs: int = RUNS) -> list[PageTiming]:
    """Of as many issues, made in the empty and migrated database that the settings name."""
    make_issues(bootstrap(), issues, stories=stories, mail=MAIL)
    return measure_pages(runs)


def measure_pages(runs: int) -> list[PageTiming]:
    """Of the issues that there are."""
    client = Client()
    client.force_login(User.objects.create_superuser("bench"))
    return [_measure(client, name, address, runs) for name, address in pages().items()]


def pages() -> dict[str, str]:
    """The pages of the desk by name, those of one issue for the newest in review."""
    issue = Issue.objects.filter(status=IssueStatus.IN_REVIEW).order_by("pk")[0]
    story = Story.objects.filter(section__issue=issue).order_by("pk")[0]
    return {
        "index": reverse("admin:index"),
        "issue list": reverse("admin:newsletter_issue_changelist"),
        "calendar": reverse("admin:newsletter_issue_calendar"),
        "review": reverse("admin:newsletter_issue_review", args=[issue.pk]),
        "issue form": reverse("admin:newsletter_issue_change", args=[issue.pk]),
        "story form": reverse("admin:newsletter_story_change", args=[story.pk]),
    }


def _measure(client: Client, name: str, address: str, runs: int) -> PageTiming:
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address)
        queries = len(asked)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}")
    spent, worked = [], []
    for _ in range(runs):
        began, work = time.perf_counter(), time.process_time()
        client.get(address)
        spent.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - work) * 1000)
    return PageTiming(name, statistics.median(spent), statistics.median(worked), queries, len(response.content))
