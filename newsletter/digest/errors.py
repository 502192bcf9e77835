"""The errors of the digest package: one tree, and every error carries all of its problems at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Self

from newsletter.digest.wording import Value, Wording


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """One reason for a refusal: what was wrong and what was expected. ``line`` counts from 1; ``None``: whole file.

    ``message`` is English; ``template`` and ``values`` give it in any language.
    """

    code: str
    message: str
    line: int | None = None
    template: str | None = dataclasses.field(default=None, compare=False)
    values: dict[str, Value] | None = dataclasses.field(default=None, compare=False)

    @classmethod
    def of(cls, code: str, wording: Wording, line: int | None = None) -> Self:
        return cls(code, wording.message, line, wording.template, wording.values)

    def at(self, name: str) -> str:
        """``file:line: what; expected …``."""
        place = name if self.line is None else f"{name}:{self.line}"
        return f"{place}: {self.message}"


class DigestError(Exception):
    """A digest that is refused as a whole. ``problems`` is never empty; ``str()`` gives one line for each."""

    def __init__(self, problems: Iterable[Problem], *, name: str = "digest") -> None:
        self.problems = tuple(problems)
        self.name = name
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(problem.at(self.name) for problem in self.problems)

    def named(self, name: str) -> Self:
        """The same error about the file called ``name``."""
        return type(self)(self.problems, name=name)


class UnreadableDigest(DigestError):
    """The bytes are no text that Sudi takes: empty, too large, binary, or not UTF-8."""


class UnknownFormat(DigestError):
    """The text fits none of the registered formats, or a document names a format that is not registered."""


class InvalidDigest(DigestError):
    """The text has a format, but lacks what an issue must have: a title, a date, a story."""


class UnwritableDigest(DigestError):
    """The document holds something that its format cannot say, so the export would not read back as the same."""


class InvalidJson(DigestError):
    """The JSON form does not describe a document."""
