"""A spelling is the writer's: the JSON form says one only where a part is not written as usual."""

from __future__ import annotations

from typing import Any

from newsletter.digest.jsonform import from_json, to_json
from tests.newsletter.digest.bulletin.samples import WHOLE, story_of
from tests.newsletter.digest.samples import read


def spellings(form: Any) -> list[str]:
    """Every spelling in a JSON form, in order."""
    if isinstance(form, list):
        return [found for each in form for found in spellings(each)]
    if not isinstance(form, dict):
        return []
    own = [form["spelling"]] if "spelling" in form else []
    return own + [found for each in form.values() for found in spellings(each)]


def test_parts_that_are_written_as_usual_have_none() -> None:
    assert spellings(to_json(read(story_of("> **概要**：甲", "**💡内容详解**", "- **乙**", "    - **丙**：丁")))) == []


def test_a_text_on_the_line_below_its_label_has_one_which_survives() -> None:
    document = read(WHOLE)
    assert spellings(to_json(document)) == ["**"]
    assert from_json(to_json(document)) == document
