from __future__ import annotations

import datetime

import pytest

from tests.newsletter.digest.samples import digest, read


@pytest.mark.parametrize(
    ("heading", "icon", "title", "series"),
    [
        ("🤖 试刊 - 2025年03月09日", "🤖", "试刊 - 2025年03月09日", "试刊"),
        ("试刊 - 2025年03月09日", None, "试刊 - 2025年03月09日", "试刊"),
        ("🤖试刊—2025年3月9日", "🤖", "试刊—2025年3月9日", "试刊"),
        ("⚡️ AI 试-刊 ｜ 2025年3月9日 星期日", "⚡️", "AI 试-刊 ｜ 2025年3月9日 星期日", "AI 试-刊"),
        ("👩‍💻 试刊 2025 年 3 月 9 日", "👩‍💻", "试刊 2025 年 3 月 9 日", "试刊"),
        ("🤖 🚀 试刊 2025年3月9日", "🤖", "🚀 试刊 2025年3月9日", "🚀 试刊"),
        ("回顾2024年12月31日 - 2025年3月9日", None, "回顾2024年12月31日 - 2025年3月9日", "回顾2024年12月31日"),
        ("2025年3月9日", None, "2025年3月9日", None),
        ("「试刊」 - 2025年3月9日", None, "「试刊」 - 2025年3月9日", "「试刊」"),
    ],
)
def test_icon_series_and_date(heading: str, icon: str | None, title: str, series: str | None) -> None:
    document = read(digest(title=f"# {heading}"))
    assert (document.icon, document.title, document.series) == (icon, title, series)
    assert document.date_start == document.date_end == datetime.date(2025, 3, 9)


def test_the_format_and_its_language() -> None:
    document = read(digest())
    assert (document.format, document.language) == ("express", "zh-Hans")
    assert [(section.number, section.title) for section in document.sections] == [(None, None)]


def test_text_under_the_title_is_the_description_with_a_finding_for_each_line() -> None:
    document = read(digest("导语一\n导语二\n\n- 条目", "## 甲"))
    assert document.description == "导语一\n导语二\n\n- 条目"
    assert [(finding.code, finding.line) for finding in document.findings] == [
        ("text.unexpected", 3),
        ("text.unexpected", 4),
        ("text.unexpected", 6),
    ]
