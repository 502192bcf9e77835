from __future__ import annotations

import pytest

from newsletter.digest.detection import detect, format_named
from newsletter.digest.errors import UnknownFormat
from newsletter.digest.formats import FORMATS
from tests.newsletter.digest.samples import digest


def test_a_whole_digest_is_express() -> None:
    assert detect(digest()).slug == "express"


@pytest.mark.parametrize(
    "text",
    [
        "# 某刊 - 2025年1月2日",
        "> **分类：** 甲",
        ">**来源：** 甲",
        "\u3000**核心洞察：** 甲",
        "甲\n  **内容简介：**",
        "## 其他相关资讯\n",
    ],
)
def test_one_mark_is_enough_so_that_the_parser_can_say_what_is_missing(text: str) -> None:
    assert detect(text).slug == "express"


@pytest.mark.parametrize("text", ["甲", "# 只有标题", "## 其他相关资讯汇编", "---\n甲\n---\n", "# 刊 (2025-01-02)"])
def test_what_fits_no_format_is_refused_naming_what_was_looked_for(text: str) -> None:
    with pytest.raises(UnknownFormat) as refusal:
        detect(text)
    (problem,) = refusal.value.problems
    assert problem.code == "format.unknown"
    assert all(form.describe() in problem.message for form in FORMATS.values())
    assert "'**核心洞察：** …'" in problem.message


def test_an_unregistered_format_is_refused_naming_the_registered_ones() -> None:
    with pytest.raises(UnknownFormat, match="expected one of: express"):
        format_named("gazette")


def test_a_format_is_registered_under_its_slug_with_its_language() -> None:
    assert all(slug == form.slug for slug, form in FORMATS.items())
    assert FORMATS["express"].language == "zh-Hans"
