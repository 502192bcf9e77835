"""What pre-flight says of real issues. Each finding was looked up in its digest and judged: all true, none missing.

The faults of the three digests are those that the editors know: a highlight whose story was left out; a link that is
its own text, with a stray ``Key`` at its end; 19 articles declared where 18 stories are; three stories linked again
under further reading; a relative cover; 生騰 for 昇騰, twice. Their Simplified company names in Traditional text are
deliberate, and so are the spaces, brackets and percent signs.
"""

from __future__ import annotations

import pytest

from newsletter.preflight.findings import Severity
from newsletter.preflight.table import run
from tests.newsletter.preflight.digests import paths, published, read
from tests.newsletter.preflight.subjects import codes, inspected

INSIGHT, READING = "editor_insight", "reading"
JUDGED: dict[str, list[tuple[str, str | None]]] = {
    "express-2025-11-27": [],
    "bulletin-2025-12-28": [
        ("highlight-without-story", "highlights"),  # Hazelnut
        ("link-bare-url", READING),
        ("link-glued", READING),
    ],
    "report-2025-12-22": [
        ("count-differs", "declared_articles"),
        ("name-misspelt", INSIGHT),  # in the part on infrastructure
        ("name-misspelt", INSIGHT),  # in the watch list
        ("link-duplicate", READING),
        ("link-duplicate", READING),
        ("link-duplicate", READING),
        ("cover-relative", "cover"),
    ],
    "express-2026-01-15": [],
    "bulletin-2026-01-16": [
        ("highlight-without-story", "highlights"),  # the Nobel prizes, made so for the demo
        ("link-bare-url", READING),
    ],
    "report-2026-01-17": [("cover-relative", "cover")],
}
# How large a mail is depends on its look as well, and the limits have their own tests.
OF_THE_LOOK = {"html-large"}


@pytest.mark.parametrize("name", JUDGED)
def test_finds_the_known_faults_and_nothing_else(name: str) -> None:
    if name not in paths():
        pytest.skip("SUDI_DIGESTS names no folder of real digests")
    findings = [finding for finding in run(published(read(paths()[name]))) if finding.code not in OF_THE_LOOK]
    told = [(finding.code, finding.place.field) for finding in findings if finding.severity is not Severity.INFORM]
    assert told == JUDGED[name]


@pytest.mark.parametrize("name", sorted(paths()))
def test_its_notes_are_the_reading_time_and_long_paragraphs(name: str) -> None:
    notes = [finding for finding in run(published(read(paths()[name]))) if finding.severity is Severity.INFORM]
    assert {finding.code for finding in notes} <= {"reading-time", "long-paragraph"}


@pytest.mark.parametrize("name", [name for name in paths() if name.startswith("express")])
def test_a_traditional_newsletter_would_not_take_a_simplified_issue(name: str) -> None:
    subject = published(read(paths()[name]))
    other = published(read(next(path for stem, path in paths().items() if stem.startswith("report"))))
    mixed = inspected(subject.document, publication=other.publication, rendered=subject.rendered)
    assert "script-mixed" in codes(mixed)
