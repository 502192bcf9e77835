"""What findings and refusals say: English templates with named values, so that any language can say them later.

``said`` marks its template for the catalogues, as ``gettext`` does elsewhere; here nothing is translated.
"""

from __future__ import annotations

import dataclasses
from typing import Final

Value = str | int

# For the fields that keep a wording beside its message: stored where there is one, and no part of the public contract.
STORED: Final = {"omitted": True}


@dataclasses.dataclass(frozen=True, slots=True)
class Wording:
    template: str
    values: dict[str, Value]

    @property
    def message(self) -> str:
        """In English."""
        return self.template % self.values


def said(template: str, /, **values: Value) -> Wording:
    """The template is to be a literal: what is put together isn't found for the catalogues."""
    return Wording(template, values)
