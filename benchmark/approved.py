"""An approved issue of full size and its readers, in the empty and migrated database that the settings name."""

from __future__ import annotations

import datetime

from django.contrib.auth.models import User
from django.db import connection

from benchmark.readers import make_readers
from config.env import BASE_DIR
from demo import seed
from newsletter.editing import import_digest
from newsletter.models import Issue

REPORT = BASE_DIR / "samples" / "report-2026-01-17.md"
DATE = datetime.date(2026, 1, 17)


def approved_report(readers: int, *, days_later: int = 0) -> Issue:
    """The sample report, the longest of the publications, approved, with ``readers`` more people on its list;
    ``days_later``: as if it were a later day's."""
    if not User.objects.exists():
        seed.people()
    issue = import_digest(_report(DATE + datetime.timedelta(days=days_later)), REPORT.name, user=writer()).issue
    assert issue is not None  # noqa: S101 - only a dry run makes none
    make_readers(issue.newsletter.mailing_list, readers)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return seed.approve(issue)


def writer() -> User:
    return User.objects.get(username="lin")


def editor() -> User:
    return User.objects.get(username="mei")


def _report(date: datetime.date) -> bytes:
    text = REPORT.read_text()
    for form in ("%Y-%m-%d", "%Y/%m/%d"):
        text = text.replace(DATE.strftime(form), date.strftime(form))
    return text.encode()
