"""Simple substitution, as SES does it for inline template content: ``{{name}}``, and no escaping of values.

Source: "Using templates to send personalized email with the Amazon SES API" and ``Template.TemplateContent`` in the
API reference ("Amazon SES supports only simple substitutions when you ... provide the full template content").
"""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sandbox.errors import bad_request

_SLOT = re.compile(r"\{\{\s*([^{}\s#/^>!&]+)\s*\}\}")

Data = Mapping[str, Any]


class MissingValueError(Exception):
    """A slot has no value; SES finds out after it has accepted the message."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Attribute '{name}' is not present in the rendering data.")
        self.name = name


@lru_cache(maxsize=256)
def slots(template: str) -> frozenset[str]:
    """The names of the slots in ``template``; BadRequestException when a ``{{`` is not a simple slot."""
    if "{{" in _SLOT.sub("", template):
        raise bad_request("The template content is invalid: only simple substitutions, {{name}}, are supported.")
    return frozenset(_SLOT.findall(template))


def fill(template: str, data: Data) -> str:
    """``template`` with each slot replaced. Values are put in as they are and never looked at for slots again."""
    if "{{" not in template:
        return template

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in data:
            raise MissingValueError(name)
        return as_text(data[name])

    return _SLOT.sub(value, template)


def as_text(value: Any) -> str:
    """How a JSON value appears in the mail."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def parse_data(text: str | None) -> dict[str, Any]:
    """Template data from its JSON text; ValueError when it is not an object."""
    if not text:
        return {}
    data = json.loads(text)
    if not isinstance(data, dict):
        raise ValueError("template data must be a JSON object")
    return data
