"""The fixed words of a bulletin digest."""

from typing import Final

from newsletter.digest.headline import split_icon
from newsletter.digest.lines import heading

LANGUAGE = "zh-Hans"
SLUG = "bulletin"

UNTIL = "至"
HIGHLIGHTS = "本期速览"
READING = "拓展阅读"
SUMMARY = "概要"
CONTENT = "内容详解"
ORIGINAL = "阅读原文"

SUMMARY_END = "**："
BULLET = "-"
READING_BULLET = "*"

HIGHLIGHTS_HEADING = f"## ⚡ {HIGHLIGHTS}"
READING_HEADING = f"## {READING}"

TITLE_FORM = f"'# 刊名 (2025-01-30 {UNTIL} 2025-01-31)'"
FIELD_SPELLINGS = {
    SUMMARY: f"> **{SUMMARY}**：…",
    ORIGINAL: f"[{ORIGINAL}](https://…) `[2025-01-31]`",
}

# How a part is spelled that stands elsewhere or is written otherwise than usual (``spelling`` in the document).
PLAIN_TITLE: Final = "plain title"
"""An empty block: its story's title is not bold."""
UNDER_TITLE: Final = "under title"
UNDER_ORIGINAL: Final = "under original"
UNDER_LINKS: Final = "under links"
"""Text that stands in front of a field which follows the title or the original, or behind the story's links."""
WHOLE_LINE: Final = "line"
"""A highlight that is a line as it stands."""


def is_heading_of(text: str, words: str) -> bool:
    """Whether the line is the second-level heading with these words, whatever its icon."""
    parts = heading(text) if text else None
    return parts is not None and parts[0] == 2 and split_icon(parts[1])[1] == words


def is_spelled(text: str, spelling: str) -> bool:
    """Whether two texts differ in white space only."""
    return "".join(text.split()) == "".join(spelling.split())
