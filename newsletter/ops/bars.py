"""A campaign's recipients as one bar of segments."""

from __future__ import annotations

import dataclasses

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.reports.campaigns import CampaignReport

WIDTH = 1000
NARROWEST = 5  # so that three bounces among a million readers are still seen
# Each segment is a field of the report, and a class in the style sheet; together they are all recipients.
SEGMENTS: tuple[tuple[str, str | Promise], ...] = (
    ("delivered", gettext_lazy("delivered")),
    ("awaiting", gettext_lazy("accepted, no word yet")),
    ("bounced", gettext_lazy("bounced")),
    ("rejected", gettext_lazy("rejected")),
    ("in_doubt", gettext_lazy("in doubt")),
    ("skipped", gettext_lazy("skipped")),
    ("submitting", gettext_lazy("submitting")),
    ("pending", gettext_lazy("pending")),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Segment:
    name: str
    label: str
    count: int
    percent: float
    x: int
    width: int


@dataclasses.dataclass(frozen=True, slots=True)
class Bar:
    segments: tuple[Segment, ...]
    recipients: int
    done: int  # percent that is neither pending nor submitting

    @property
    def text(self) -> str:
        """What the bar shows, in words."""
        if not self.recipients:
            return _("No recipients.")
        parts = [f"{segment.count:,} {segment.label}" for segment in self.segments if segment.count]
        return _("Of %(recipients)s recipients: %(parts)s.") % {
            "recipients": f"{self.recipients:,}",
            "parts": ", ".join(parts),
        }


def bar_of(report: CampaignReport) -> Bar:
    counts = [int(getattr(report, name)) for name, _label in SEGMENTS]
    total = sum(counts)
    widths = _widths(counts, total)
    segments = tuple(
        Segment(name, str(label), count, 100 * count / total if total else 0, sum(widths[:index]), widths[index])
        for index, ((name, label), count) in enumerate(zip(SEGMENTS, counts, strict=True))
    )
    done = total - report.pending - report.submitting
    return Bar(segments, total, done * 100 // total if total else 0)


def _widths(counts: list[int], total: int) -> list[int]:
    """Whole widths that add up to ``WIDTH``, none that counts anything too narrow to be seen."""
    if not total:
        return [0] * len(counts)
    widths = [max(NARROWEST, count * WIDTH // total) if count else 0 for count in counts]
    widths[widths.index(max(widths))] += WIDTH - sum(widths)
    return widths
