"""The real issues in the folder that ``SUDI_DIGESTS`` names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newsletter.digest.document import Document
from newsletter.digest.links import links_of
from newsletter.digest.reading import parse_digest, without_findings, write_digest
from tests.newsletter.digest.samples import ink, real_express_digests

pytestmark = pytest.mark.parametrize("path", real_express_digests(), ids=lambda path: path.name)

# stories, sources, other links, all links, bullets
KNOWN = {"express-2025-11-27.md": (10, 12, 11, 23, 54)}


def counts(document: Document) -> tuple[int, int, int, int, int]:
    stories = document.stories
    return (
        len(stories),
        sum(len(story.sources) for story in stories),
        len(document.other_links),
        len(links_of(document)),
        sum(len(block.items) for story in stories for block in story.blocks),
    )


def counts_in(text: str) -> tuple[int, int, int, int, int]:
    """The same numbers, counted in the source by its lines alone."""
    other = len(re.findall(r"^- \[[^\n]*\]\(http[^\n]*\)\s*$", text, re.MULTILINE))
    links = len(re.findall(r"\]\(http", text))
    stories = len(re.findall("^## (?!其他相关资讯)", text, re.MULTILINE))
    sources = sum(line.count("](") for line in text.splitlines() if line.startswith("> **来源"))
    return stories, sources, other, links, len(re.findall("^- ", text, re.MULTILINE)) - other


def test_everything_is_found(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    document = parse_digest(path.read_bytes(), path.name)
    assert counts(document) == KNOWN.get(path.name, counts_in(text)) == counts_in(text)
    assert document.findings == ()


def test_nothing_is_lost(path: Path) -> None:
    document = parse_digest(path.read_bytes(), path.name)
    written = write_digest(document)
    assert ink(written) == ink(path.read_text(encoding="utf-8"))
    assert without_findings(parse_digest(written.encode(), path.name)) == without_findings(document)


def test_every_story_has_its_parts(path: Path) -> None:
    for story in parse_digest(path.read_bytes(), path.name).stories:
        assert story.title
        assert story.category
        assert story.insight
        assert story.sources
        assert [block.label for block in story.blocks] == ["内容简介"]
