from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.digest.detection import detect
from newsletter.digest.formats import FORMATS
from tests.newsletter.digest.report.samples import OWN_SAMPLE, STORY, report


def test_a_whole_report_is_one() -> None:
    assert detect(report()).slug == "report"
    assert FORMATS["report"].language == "zh-Hant"


@pytest.mark.parametrize("path", sorted(OWN_SAMPLE.parent.glob("*-*.md")), ids=lambda path: path.name)
def test_every_sample_is_of_the_format_that_it_is_named_for(path: Path) -> None:
    assert detect(path.read_text(encoding="utf-8")).slug == path.name.split("-", maxsplit=1)[0]


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: x\n---\n",
        "\n---\n\n# 註\n'title': x",
        STORY,
        "**核心摘要**  \n",
        "**技術細節**：",
        "**應用場景：**",
        "**關鍵實體**：甲",
        "**重要性**：高",
        "**來源**： [來源1](https://a.example)",
        "## 編輯洞察（Editor’s Insight）",
        "## 延伸閱讀與資源",
    ],
)
def test_one_mark_is_enough_so_that_the_parser_can_say_what_is_missing(text: str) -> None:
    assert detect(text).slug == "report"
