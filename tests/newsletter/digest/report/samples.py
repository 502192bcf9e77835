"""Small reports for the tests, the own sample, and the real ones of the folder that ``SUDI_DIGESTS`` names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newsletter.digest.document import Document, Story
from newsletter.digest.errors import DigestError
from newsletter.digest.reading import parse_digest

OWN_SAMPLE = Path(__file__).parents[4] / "samples" / "report-2026-01-17.md"

MATTER = """cover:
  image: "/images/a.png"
  alt: "圖"
  relative: true
title: "甲乙丙 — 2025/03/09"
date: 2025-03-09T06:30:05+08:00
draft: false
tags:
  - 甲
  - 乙
description: "一句話。"
summary: "又一句。"
"""
FIELDS = """**關鍵實體**：甲廠、乙（丙）、Model_X
**重要性**：很重要。
**來源**： [來源1](https://a.example/s/x_y-1)"""
STORY = f"""### 甲廠開源小模型

**核心摘要**
一段話。

**技術細節**
先說一句：
- **架構**：
  - 小而快
    - 更小
- 沒有標籤：的一條

再說一句。

**應用場景**
- 用在這裡

{FIELDS}"""
SECTION = "## 今日焦點（Top Headlines）"
INSIGHT = """## 編輯洞察（Editor’s Insight）

### 趨勢

第一段。

第二段。

### 展望

第三段。

**關注清單**：

1. 其一
2. 其二"""
READING = """## 延伸閱讀與資源

### 推薦

* [甲：乙](https://b.example/(1)) — 值得一讀。

### 背景

* 小模型：參數少。
* 推理（Inference）：用模型。

### 本日關鍵詞

`小模型` `Scaling Law`"""
COLOPHON = """*資料來源：1 篇文章 | 分析主題：1 個*
*資料收集時間：過去 24 小時 | 報告生成時間：2025/03/09 06:30:05 CST*"""


def report(*stories: str, matter: str = MATTER, section: str = SECTION, rest: tuple[str, ...] | None = None) -> str:
    """A report of these stories (one that is whole, if none are given); ``rest``: the parts behind them."""
    first, *others = stories or (STORY,)
    parts = [f"{section}\n\n{first}", *others, *((INSIGHT, READING, COLOPHON) if rest is None else rest)]
    return f"---\n{matter}---\n\n---\n\n" + "\n\n---\n\n".join(parts) + "\n\n---"


def story_report(*lines: str) -> str:
    """A report of one story with these lines under its heading, and no other part."""
    return report("### 題\n\n" + "\n".join(lines), rest=())


def with_matter(matter: str) -> str:
    """A whole report with this front matter."""
    return report(matter=matter)


def read(text: str) -> Document:
    return parse_digest(text.encode(), "試.md")


def only_story(text: str) -> Story:
    (story,) = read(text).stories
    return story


def codes(document: Document) -> list[tuple[str, int | None]]:
    return [(finding.code, finding.line) for finding in document.findings]


def line_of(text: str, line: str) -> int:
    """The number of the first such line."""
    return text.split("\n").index(line) + 1


def refused(text: str) -> list[tuple[str, int | None]]:
    with pytest.raises(DigestError) as refusal:
        read(text)
    return [(problem.code, problem.line) for problem in refusal.value.problems]


def real_reports() -> list[Path]:
    folder = os.environ.get("SUDI_DIGESTS")
    return [OWN_SAMPLE, *(sorted(Path(folder).glob("report-*.md")) if folder else [])]
