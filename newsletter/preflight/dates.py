"""Checks of the issue's dates: in its title, and against what readers already have."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from newsletter.preflight.checking import Hit, check
from newsletter.preflight.findings import Place, Severity
from newsletter.preflight.inspected import EarlierIssue, Inspected

_DATE = re.compile(
    r"(?<!\d)(\d{4})(?:\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日|([-/.])(\d{1,2})\4(\d{1,2})(?!\d))",
    re.ASCII,
)


@check("title-date", Severity.BLOCK)
def title_date(subject: Inspected) -> Iterator[Hit]:
    """A title with one date must name the issue's first or last day, one with more must name both."""
    written = {match.group(): _date(match) for match in _DATE.finditer(subject.document.title)}
    first, last = subject.issue_date, subject.document.date_end or subject.issue_date
    named = {first, last} & set(written.values())
    if written and not (named and (len(written) == 1 or named == {first, last})):
        dates = " – ".join(day.isoformat() for day in dict.fromkeys((first, last)))
        message = _("The title says %(written)s; the issue's date is %(dates)s.")
        remedy = _("Mend the one that is wrong.")
        yield Hit(message % {"written": ", ".join(written), "dates": dates}, remedy, Place(field="title"))


@check("date-already-sent", Severity.BLOCK)
def date_already_sent(subject: Inspected) -> Iterator[Hit]:
    for issue in subject.earlier:
        if issue.sent and _same_day(subject, issue):
            message = _("%(slug)s was sent for the same date, %(date)s.")
            remedy = _("Readers would get two mails for one day: mend the date, or archive this issue.")
            facts = {"slug": issue.slug, "date": subject.issue_date.isoformat()}
            yield Hit(message % facts, remedy, Place(field="date_start"))


def _same_day(subject: Inspected, issue: EarlierIssue) -> bool:
    """Whether both begin or both end on one day. Ranges may share a day: one may end where the next begins."""
    last = subject.document.date_end or subject.issue_date
    return issue.date_start == subject.issue_date or (issue.date_end or issue.date_start) == last


def _date(match: re.Match[str]) -> datetime.date | None:
    """The day that is written there; ``None`` for one that no calendar has."""
    year, month, day = match[1], match[2] or match[5], match[3] or match[6]
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        return None
