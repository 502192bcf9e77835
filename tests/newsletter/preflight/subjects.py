"""Issues for the tests of pre-flight: without fault, but for what a test changes."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any
from zlib import crc32

from newsletter.digest.document import Document, OtherLink, Section, Source, Story
from newsletter.preflight.findings import Finding
from newsletter.preflight.inspected import Inspected
from newsletter.preflight.table import run
from newsletter.rendering.pipeline import Rendered
from newsletter.rendering.publication import Publication, Theme

DAY = datetime.date(2025, 11, 27)
ADDRESS = "北京市海淀区某街 1 号"
FOOTER = f'<a href="{{{{unsubscribe_url}}}}" ses:no-track>退订</a> <a href="{{{{web_url}}}}">网页</a> {ADDRESS}'


def html(body: str = "", *, footer: str = FOOTER) -> str:
    return f"<!doctype html><html><body>{body}{footer}</body></html>"


def mail(**changes: Any) -> Rendered:
    values = {
        "subject": "小而快的模型开源了｜AI行业速递 11月27日",
        "preheader": "芯片的供应商又多了一家 · 五年后的数据中心会在哪里",
        "mjml": "",
        "html": html(),
        "text": f"{{{{unsubscribe_url}}}} {{{{web_url}}}}\n{ADDRESS}\n",
    }
    return Rendered(**values | changes)


def publication(**changes: Any) -> Publication:
    values: dict[str, Any] = {
        "slug": "express",
        "name": "AI行业速递",
        "language": "zh-Hans",
        "format": "express",
        "tagline": "读懂每一天的 AI 行业",
        "postal_address": ADDRESS,
        "from_name": "速递编辑部",
        "from_email": "digest@sudi.test",
        "reply_to": None,
        "theme": Theme(),
    }
    return Publication(**values | changes)


def story(title: str = "小而快的模型开源了", **changes: Any) -> Story:
    values: dict[str, Any] = {
        "title": title,
        "category": "市场动态",
        "sources": (Source("机器之心", f"https://news.test/{crc32(title.encode('utf-8', 'replace'))}"),),
        "insight": "洞察在此。",
    }
    return Story(**values | changes)


def document(*stories: Story, **changes: Any) -> Document:
    values: dict[str, Any] = {
        "format": "express",
        "language": "zh-Hans",
        "title": "AI行业速递 - 2025年11月27日",
        "series": "AI行业速递",
        "date_start": DAY,
        "sections": (Section(stories=stories or (story(),)),),
        "other_links": (OtherLink("另一条消息", "https://other.test/a"),),
    }
    return Document(**values | changes)


def inspected(given: Document | None = None, **changes: Any) -> Inspected:
    values: dict[str, Any] = {
        "document": given or document(),
        "rendered": mail(),
        "publication": publication(),
        "issue_date": DAY,
    }
    return Inspected(**values | changes)


def saying(text: str) -> Inspected:
    """An issue whose only story says this."""
    return inspected(document(story(insight=text)))


def linking(*urls: str, words: str = "原文") -> Inspected:
    """An issue with these links at its end."""
    return inspected(document(other_links=tuple(OtherLink(f"{words}{n}", url) for n, url in enumerate(urls))))


def of_code(subject: Inspected, code: str) -> list[Finding]:
    return [finding for finding in run(subject) if finding.code == code]


def codes(subject: Inspected) -> set[str]:
    """The codes of all findings but the reading time, which every issue has."""
    return {finding.code for finding in run(subject)} - {"reading-time"}


def places(findings: list[Finding]) -> list[tuple[int | None, str | None]]:
    return [(finding.place.story, finding.place.field) for finding in findings]


def without_reading_time(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    return [dataclasses.asdict(finding) for finding in findings if finding.code != "reading-time"]
