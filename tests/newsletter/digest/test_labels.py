from __future__ import annotations

import pytest

from newsletter.digest.labels import split_label


@pytest.mark.parametrize(
    ("text", "label", "rest"),
    [
        ("甲：乙", "甲", "乙"),
        ("甲：乙：丙", "甲", "乙：丙"),
        ("甲 ： 乙", "甲", "乙"),
        ("甲：", "甲", ""),
        ("没有标签", None, "没有标签"),
        ("：乙", None, "：乙"),
        ("12:30 开始", None, "12:30 开始"),
        ("label: text", None, "label: text"),
        ("比例 1:2：甲", "比例 1:2", "甲"),
        ("[甲：乙](https://a.example)：丙", "[甲：乙](https://a.example)", "丙"),
        ("[甲](https://a.example/：)", None, "[甲](https://a.example/：)"),
        ("`a：b` 甲：乙", "`a：b` 甲", "乙"),
        ("**甲：** 乙", None, "**甲：** 乙"),
        ("**甲**：乙", "**甲**", "乙"),
        ("[pro] 甲：乙", "[pro] 甲", "乙"),
        ("[半个 甲：乙", "[半个 甲", "乙"),
    ],
)
def test_a_label_ends_at_the_first_full_width_colon_outside_markup(text: str, label: str | None, rest: str) -> None:
    assert split_label(text) == (label, rest)
