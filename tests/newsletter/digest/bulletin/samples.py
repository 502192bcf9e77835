"""Small bulletin digests for the tests, and the real ones: the project's own, and those that ``SUDI_DIGESTS`` names."""

from __future__ import annotations

import os
from pathlib import Path

from newsletter.digest.document import Block, Document, Item, ItemType, Story
from tests.newsletter.digest.samples import read

TITLE = "# 试刊速报 (2025-03-08 至 2025-03-09)"
HIGHLIGHTS = """## ⚡ 本期速览

- **[模型]** **Small Model | Ships: Today**: 甲厂开源三十亿参数小模型。
- **[芯片]** **乙厂流片**: 乙厂完成流片。"""
STORY = """### **甲厂开源小模型**

[阅读原文](https://a.example/s/x_y-1)  `[2025-03-08]`

> **概要**：甲厂开源小模型，小而快。

**💡内容详解**

- **架构**
    - **稀疏注意力**
    只看近处，偶尔看远处。
    - **量化**：四位就够。

[相关论文](https://b.example/(2))"""
READING = """## 拓展阅读

### [论文]
* [一篇旧文](https://c.example/1) - 奠基之作"""


def digest(*stories: str, title: str = TITLE, highlights: str = "", reading: str = "") -> str:
    """A digest of these stories in one section (a story that is whole, if none are given)."""
    body = "\n\n".join(stories or (STORY,))
    parts = [highlights, f"## 1. 模型\n\n{body}", reading]
    return f"{title}\n\n" + "\n\n---\n\n".join(filter(None, parts)) + "\n"


WHOLE = digest(highlights=HIGHLIGHTS, reading=READING)


def story_of(*lines: str) -> str:
    """A digest of one story with these lines under its title, the first of them in line 7."""
    return digest("\n".join(["### **题**", "", *lines]))


def only_story(text: str) -> Story:
    (story,) = read(text).stories
    return story


def items_of(*lines: str) -> tuple[Item, ...]:
    """The items of a story's only block, which these lines are."""
    (block,) = only_story(story_of(*lines)).blocks
    return block.items


def bullet(text: str, label: str | None = None, *children: Item, spelling: str | None = None) -> Item:
    return Item(ItemType.BULLET, text, label, children, spelling)


def paragraph(text: str) -> Item:
    return Item(ItemType.PARAGRAPH, text)


def loose(*texts: str, spelling: str | None = None) -> Block:
    """A block of paragraphs under no label."""
    return Block(None, tuple(map(paragraph, texts)), spelling)


def reports(document: Document) -> list[tuple[str, int | None]]:
    return [(finding.code, finding.line) for finding in document.findings]


def real_bulletins() -> list[Path]:
    folders = [Path(__file__).parents[4] / "samples"]
    if given := os.environ.get("SUDI_DIGESTS"):
        folders.append(Path(given))
    return [path for folder in folders for path in sorted(folder.glob("bulletin-*.md"))]
