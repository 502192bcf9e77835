from __future__ import annotations

import pytest

from newsletter.digest.detection import detect
from newsletter.digest.formats import FORMATS
from tests.newsletter.digest.bulletin.samples import WHOLE
from tests.newsletter.digest.samples import digest as express_digest


def test_a_whole_digest_is_a_bulletin_and_nothing_else() -> None:
    assert detect(WHOLE).slug == "bulletin"
    assert [slug for slug, form in FORMATS.items() if form.matches(WHOLE)] == ["bulletin"]
    assert not FORMATS["bulletin"].matches(express_digest())


@pytest.mark.parametrize(
    "text",
    [
        "# 刊 (2025-03-08 至 2025-03-09)",
        "# 刊（2025-3-8至2025-3-9）",
        "## ⚡ 本期速览",
        "## 本期速览\n",
        "> **概要**：甲",
        ">**概要**: 甲",
        "\u3000**💡内容详解**",
    ],
)
def test_one_mark_is_enough_so_that_the_parser_can_say_what_is_missing(text: str) -> None:
    assert detect(text).slug == "bulletin"
