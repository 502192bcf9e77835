from __future__ import annotations

import pytest

from newsletter.preflight.findings import Severity
from newsletter.preflight.tables import MISTAKES
from tests.newsletter.preflight.subjects import of_code, places, saying


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("國產 GPU、生騰等本土算力", "昇騰"),
        ("（花港 + MUSA、生騰 + SGLang）", "昇騰"),
        ("寒武记发布新芯片", "寒武纪"),
        ("通义千文开源", "通义千问"),
    ],
)
def test_a_known_name_that_was_misheard_warns(text: str, name: str) -> None:
    (finding,) = of_code(saying(text), "name-misspelt")
    assert finding.severity == Severity.WARN
    assert name in finding.message
    assert places([finding]) == [(1, "insight")]


@pytest.mark.parametrize(
    "text",
    [
        "學生騰出時間",
        "醫生騰不出手",
        "热气升腾",
        "生騰出空間",
        "昇騰",
        "寒武纪大爆发",
        "英伟大学",
        "昆仑心理",
        "飞浆果",
    ],
)
def test_ordinary_words_are_none(text: str) -> None:
    assert of_code(saying(text), "name-misspelt") == []


def test_no_name_is_a_mistake_of_another() -> None:
    for name, _ in MISTAKES:
        assert not any(mistakes.search(name) for _, mistakes in MISTAKES), name
