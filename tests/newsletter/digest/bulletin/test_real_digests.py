"""The project's own sample, and the real issues in the folder that ``SUDI_DIGESTS`` names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from newsletter.digest.detection import detect
from newsletter.digest.document import Document
from newsletter.digest.jsonform import from_json, to_json
from newsletter.digest.links import links_of
from newsletter.digest.reading import parse_digest, without_findings, write_digest
from tests.newsletter.digest.bulletin.samples import real_bulletins
from tests.newsletter.digest.samples import ink

pytestmark = pytest.mark.parametrize("path", real_bulletins(), ids=lambda path: path.name)


class Counts(NamedTuple):
    sections: int
    stories: int
    highlights: int
    originals: int
    papers: int
    links: int
    first_level: int
    second_level: int
    reading: int
    reading_links: int


KNOWN = {
    "bulletin-2025-12-28.md": Counts(3, 9, 10, 2, 7, 10, 25, 44, 1, 1),
    "bulletin-2026-01-16.md": Counts(3, 9, 10, 5, 8, 16, 25, 46, 3, 3),
}
FINDINGS = {
    "bulletin-2025-12-28.md": [("highlight.no-story", 5), ("link.bare", 225), ("link.glued", 225)],
    "bulletin-2026-01-16.md": [("highlight.no-story", 14), ("link.bare", 228)],
}


def counts(document: Document) -> Counts:
    stories = document.stories
    items = [item for story in stories for block in story.blocks for item in block.items]
    reading = [item for group in document.reading for item in group.items]
    return Counts(
        len(document.sections),
        len(stories),
        len(document.highlights),
        sum(story.primary_link is not None for story in stories),
        sum(len(story.links) for story in stories),
        len(links_of(document)),
        len(items),
        sum(len(item.children) for item in items),
        len(reading),
        sum(item.url is not None for item in reading),
    )


def counts_in(text: str) -> Counts:
    """The same numbers, counted in the source by its lines alone."""

    def lines(pattern: str) -> int:
        return len(re.findall(pattern, text, re.MULTILINE))

    return Counts(
        lines(r"^## \d"),
        lines(r"^### \*\*"),
        lines(r"^- \*\*\["),
        lines(r"^\[阅读原文\]"),
        lines(r"^\[相关论文\]"),
        lines(r"\]\(http"),
        lines(r"^ ?- \*\*[^\[]"),
        lines(r"^ {4,5}- "),
        lines(r"^\* "),
        lines(r"^\* \["),
    )


def test_everything_is_found(path: Path) -> None:
    document = parse_digest(path.read_bytes(), path.name)
    expected = counts_in(path.read_text(encoding="utf-8"))
    assert counts(document) == KNOWN.get(path.name, expected) == expected


def test_the_format_is_known_by_each_of_its_marks(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    form = detect(text)
    assert (form.slug, form.matches(text)) == ("bulletin", len(form.marks))


def test_nothing_but_the_real_faults_is_reported(path: Path) -> None:
    document = parse_digest(path.read_bytes(), path.name)
    found = [(finding.code, finding.line) for finding in document.findings]
    assert found == FINDINGS.get(path.name, found)
    assert {code for code, _ in found} <= {"highlight.no-story", "link.bare", "link.glued"}


def test_nothing_is_lost(path: Path) -> None:
    document = parse_digest(path.read_bytes(), path.name)
    written = write_digest(document)
    assert ink(written) == ink(path.read_text(encoding="utf-8"))
    assert without_findings(parse_digest(written.encode(), path.name)) == without_findings(document)
    assert from_json(to_json(document)) == document


def test_every_story_has_its_parts(path: Path) -> None:
    for story in parse_digest(path.read_bytes(), path.name).stories:
        assert story.title
        assert story.summary
        assert [block.label for block in story.blocks] == ["💡内容详解"]
        points = story.blocks[0].items
        assert all(point.label and not point.text and point.children for point in points)
        assert all(child.label and child.text and not child.children for point in points for child in point.children)
