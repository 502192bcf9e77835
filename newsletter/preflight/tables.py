"""The tables of ``words.toml`` and ``scripts.toml``, compiled."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


_TABLES = _table("words.toml")
_SCRIPTS = {name: frozenset(lines) - {"\n"} for name, lines in _table("scripts.toml").items()}

ALLOWED_NAMES: tuple[str, ...] = tuple(_TABLES["scripts"]["allowed"])
SIMPLIFIED_ONLY: frozenset[str] = _SCRIPTS["simplified"] - frozenset(_TABLES["scripts"]["traditional_too"])
"""The characters that no Traditional text has."""
TRADITIONAL_ONLY: frozenset[str] = _SCRIPTS["traditional"]
"""The characters that no Simplified text has."""
MISTAKES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile("|".join(mistakes))) for name, mistakes in _TABLES["names"].items()
)
"""Each known name, and what it is mistaken for."""
FILTERED: re.Pattern[str] = re.compile("|".join(_TABLES["filters"]["words"]), re.IGNORECASE)
