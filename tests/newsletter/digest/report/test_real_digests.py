"""The project's own sample, and the real issues in the folder that ``SUDI_DIGESTS`` names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from newsletter.digest.document import Document, Item, ItemType
from newsletter.digest.links import links_of
from newsletter.digest.reading import parse_digest, without_findings, write_digest
from tests.newsletter.digest.report.samples import OWN_SAMPLE, codes, real_reports
from tests.newsletter.digest.samples import ink

pytestmark = pytest.mark.parametrize("path", real_reports(), ids=lambda path: path.name)

KNOWN = {
    "report-2025-12-22.md": {
        "sections": 6,
        "stories": 18,
        "sources": 18,
        "links": 21,
        "distinct links": 18,
        "bullets": [51, 31, 2],
        "entities": 132,
        "reading": 8,
        "reading with links": 3,
        "keywords": 10,
        "tags": 5,
        "insight": (3, 7, 5),
        "declared": (19, 18),
    },
    OWN_SAMPLE.name: {
        "sections": 6,
        "stories": 14,
        "sources": 14,
        "links": 17,
        "distinct links": 17,
        "bullets": [69, 38, 6],
        "entities": 90,
        "reading": 8,
        "reading with links": 3,
        "keywords": 10,
        "tags": 5,
        "insight": (3, 6, 5),
        "declared": (14, 14),
    },
}


def bullets(items: Iterable[Item], level: int = 1) -> Counter[int]:
    found: Counter[int] = Counter()
    for item in items:
        found[level] += item.type is ItemType.BULLET
        found += bullets(item.children, level + 1)
    return found


def counts(document: Document) -> dict[str, object]:
    stories, insight = document.stories, document.editor_insight
    assert insight is not None
    assert insight.watchlist is not None
    levels = bullets(item for story in stories for block in story.blocks for item in block.items)
    items = [item for group in document.reading for item in group.items]
    urls = [link.url for link in links_of(document)]
    return {
        "sections": len(document.sections),
        "stories": len(stories),
        "sources": sum(len(story.sources) for story in stories),
        "links": len(urls),
        "distinct links": len(set(urls)),
        "bullets": [levels[level] for level in (1, 2, 3)],
        "entities": sum(len(story.entities) for story in stories),
        "reading": len(items),
        "reading with links": sum(1 for item in items if item.url),
        "keywords": len(document.keywords),
        "tags": len(document.tags),
        "insight": (
            len(insight.parts),
            sum(len(part.paragraphs) for part in insight.parts),
            len(insight.watchlist.items),
        ),
        "declared": (document.declared_articles, document.declared_topics),
    }


def counts_in(text: str) -> dict[str, object]:
    """Some of the numbers, counted in the source by its lines alone."""
    stories = text.split("\n---\n", 1)[1].split("## 編輯洞察", maxsplit=1)[0]
    urls = re.findall(r"\]\((https?[^\s)]*)", text)
    return {
        "sections": len(re.findall(r"^## (?!編輯洞察|延伸閱讀)", text, re.MULTILINE)),
        "sources": sum(line.count("](") for line in text.splitlines() if line.startswith("**來源**")),
        "links": len(urls),
        "distinct links": len(set(urls)),
        "bullets": [len(re.findall(rf"^ {{{margin}}}- ", stories, re.MULTILINE)) for margin in (0, 2, 4)],
        "entities": sum(line.count("、") + 1 for line in text.splitlines() if line.startswith("**關鍵實體**")),
        "reading": len(re.findall(r"^\* ", text, re.MULTILINE)),
        "reading with links": len(re.findall(r"^\* \[", text, re.MULTILINE)),
    }


def test_everything_is_found(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = counts(parse_digest(path.read_bytes(), path.name))
    assert found == KNOWN.get(path.name, found)
    assert set(found) >= set(counts_in(text))
    assert {name: found[name] for name in counts_in(text)} == counts_in(text)


def test_the_only_findings_are_counts_that_differ(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    document = parse_digest(path.read_bytes(), path.name)
    line = next(number for number, line in enumerate(text.split("\n"), start=1) if line.startswith("*資料來源"))
    differing = [n for n in (document.declared_articles, document.declared_topics) if n != len(document.stories)]
    assert codes(document) == [("count.differs", line)] * len(differing)
    if path.name in KNOWN:
        assert differing == ([] if path == OWN_SAMPLE else [19])


def test_nothing_is_lost(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    document = parse_digest(path.read_bytes(), path.name)
    written = write_digest(document)
    assert ink(written) == ink(text)
    assert without_findings(parse_digest(written.encode(), path.name)) == without_findings(document)
    assert written.split("\n---\n")[0] == text.split("\n---\n")[0]
    assert not written.endswith("\n")


def test_the_export_looks_like_the_source(path: Path) -> None:
    """But for white space at the ends of lines, and blank lines behind lists."""
    text = path.read_text(encoding="utf-8")
    written = write_digest(parse_digest(path.read_bytes(), path.name))
    assert [line.rstrip() for line in written.split("\n") if line] == [
        line.rstrip() for line in text.split("\n") if line
    ]


def test_every_story_has_its_parts(path: Path) -> None:
    document = parse_digest(path.read_bytes(), path.name)
    for section in document.sections:
        assert section.title
        assert section.title_en
    for story in document.stories:
        assert story.entities
        assert story.importance
        assert story.sources
        labels = [block.label for block in story.blocks]
        assert labels == [label for label in ("核心摘要", "技術細節", "應用場景") if label in labels]
        assert labels[0] == "核心摘要"


def test_the_front_matter_is_kept_whole(path: Path) -> None:
    document = parse_digest(path.read_bytes(), path.name)
    assert list(document.front_matter) == ["cover", "title", "date", "draft", "tags", "description", "summary"]
    assert document.front_matter["title"] == document.title
    assert document.front_matter["date"] == document.generated_at.isoformat() if document.generated_at else False
    assert document.cover is not None
    assert document.cover.relative is True
    assert [line.label for line in document.colophon] == ["資料來源", "分析主題", "資料收集時間", "報告生成時間"]
