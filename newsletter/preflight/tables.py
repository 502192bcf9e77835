"""The tables of ``words.toml``, compiled."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

_TABLES = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))

ALLOWED_NAMES: tuple[str, ...] = tuple(_TABLES["scripts"]["allowed"])
TRADITIONAL_TOO: frozenset[str] = frozenset(_TABLES["scripts"]["traditional_too"])
MISTAKES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile("|".join(mistakes))) for name, mistakes in _TABLES["names"].items()
)
"""Each known name, and what it is mistaken for."""
FILTERED: re.Pattern[str] = re.compile("|".join(_TABLES["filters"]["words"]), re.IGNORECASE)
