"""Small express digests for the tests, and the real ones of the folder that ``SUDI_DIGESTS`` names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from newsletter.digest.document import Document, Finding, Story
from newsletter.digest.reading import parse_digest

TITLE = "# 🤖 晨间试刊 - 2025年03月09日"
STORY = """## 甲厂开源小模型

> **分类：** 动态
> **来源：** [甲报](https://a.example/s/x_y-1) 、 [乙报](https://b.example/2)

**核心洞察：** 小而快。
**内容简介：**

- 参数：只有三十亿
- 没有标签的一条"""


def read(text: str) -> Document:
    return parse_digest(text.encode(), "试.md")


def digest(*stories: str, title: str = TITLE, rest: str = "") -> str:
    """A digest of these stories (one that is whole, if none are given)."""
    body = "\n\n---\n\n".join(stories or (STORY,))
    return f"{title}\n\n{body}\n\n{rest}".rstrip() + "\n"


def only_story(text: str) -> Story:
    (story,) = read(text).stories
    return story


def found(document: Document, code: str) -> list[Finding]:
    return [finding for finding in document.findings if finding.code == code]


def ink(text: str) -> str:
    """Every character of a text that is no white space and no rule, in order."""
    lines = (line.strip() for line in text.removeprefix("\ufeff").replace("\r", "\n").split("\n"))
    kept = (line for line in lines if len(line) < 3 or line.strip("-"))
    return "".join("".join(line.split()) for line in kept)


def real_express_digests() -> list[Path | ParameterSet]:
    folder = os.environ.get("SUDI_DIGESTS")
    paths = sorted(Path(folder).glob("express-*.md")) if folder else []
    return [*paths] or [pytest.param(Path(), marks=pytest.mark.skip("SUDI_DIGESTS names no folder of real digests"))]
