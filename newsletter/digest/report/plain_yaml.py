"""Reads a mapping of plain values from YAML.

PyYAML's parser gives the events, and nothing is constructed but text, numbers, truth values, lists and mappings, so
that no document can make Python do anything. Values are those that JSON has too: a date stays the text it is written
as, and a number is one only if JSON would spell it the same (``1.10`` may be a version).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import yaml

from newsletter.digest.errors import Problem
from newsletter.digest.findings import cited, excerpt
from newsletter.digest.wording import Wording, said

# The front matter of a post has a thousand characters or two. PyYAML reads some 100,000 of hostile ones in a second.
MAX_CHARACTERS = 65_536
MAX_DEPTH = 16

# Aliases may stand for a long text many times. This counts the characters of all texts, and one for each value.
MAX_EXPANDED = 200_000

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,7})\.[0-9]{1,7}")
_PLAIN_TAGS = frozenset({None, "!"} | {f"tag:yaml.org,2002:{name}" for name in ("str", "seq", "map")})
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclasses.dataclass(frozen=True, slots=True)
class PlainMapping:
    """The values by key, and where in the text each key begins."""

    values: dict[str, Any]
    starts: dict[str, int]


class _Refusal(Exception):
    """Reading ends here."""

    def __init__(self, code: str, wording: Wording, index: int) -> None:
        super().__init__(wording.message)
        self.code, self.wording, self.index = code, wording, index


@dataclasses.dataclass(slots=True)
class _Anchor:
    value: Any
    size: int
    height: int = 0


def read_mapping(text: str, first_line: int, problems: list[Problem]) -> PlainMapping | None:
    """The mapping in ``text``, whose first line has the number ``first_line``; nothing at all is an empty mapping.

    None if there is no reading it; then, or if a key comes twice, ``problems`` say why.
    """
    if len(text) > MAX_CHARACTERS:
        message = said(
            "the front matter has %(count)s characters; expected at most %(most)s",
            count=f"{len(text):,}",
            most=f"{MAX_CHARACTERS:,}",
        )
        problems.append(Problem.of("front-matter.too-large", message, first_line))
        return None

    def report(code: str, wording: Wording, index: int) -> None:
        problems.append(Problem.of(code, wording, first_line + text.count("\n", 0, index)))

    reader = _Reader(text)
    try:
        mapping = reader.read()
    except (_Refusal, yaml.YAMLError, ValueError, OverflowError) as error:
        report(*_explained(error))
        mapping = None
    for key, index in reader.duplicates:
        twice = said("the key %(key)s comes twice; expected every key once", key=cited(key))
        report("front-matter.duplicate", twice, index)
    return mapping


def _explained(error: Exception) -> tuple[str, Wording, int]:
    """Code, wording and place of what ended the reading."""
    if isinstance(error, _Refusal):
        return error.code, error.wording, error.index
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        what = ", ".join(filter(None, (error.context, error.problem)))
        return "front-matter.invalid", _no_yaml(what), mark.index if mark else 0
    if isinstance(error, yaml.reader.ReaderError):
        message = said("a character that YAML forbids; expected a plain YAML mapping, 'key: value'")
        return "front-matter.character", message, int(error.position)
    # PyYAML lets these through, for "\UFFFFFFFF" and the like.
    return "front-matter.invalid", _no_yaml(excerpt(str(error))), 0


def _no_yaml(what: str) -> Wording:
    """In the words of PyYAML, which are English."""
    return said("no valid YAML: %(what)s; expected a plain YAML mapping, 'key: value'", what=what)


class _Reader:
    def __init__(self, text: str) -> None:
        self._events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=yaml.SafeLoader))
        self._anchors: dict[str, _Anchor | None] = {}
        self._size = 0
        self.duplicates: list[tuple[str, int]] = []

    def read(self) -> PlainMapping:
        next(self._events)  # the stream's start
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return PlainMapping({}, {})
        event = next(self._events)
        starts: dict[str, int] = {}
        values = self._value(event, 0, starts)
        if values is None:
            values = {}
        if not isinstance(values, dict):
            message = said("the front matter is no mapping; expected lines 'key: value'")
            raise _Refusal("front-matter.not-a-mapping", message, _index(event))
        next(self._events)  # the document's end
        following = next(self._events)
        if not isinstance(following, yaml.StreamEndEvent):
            message = said("a second YAML document begins; expected one mapping")
            raise _Refusal("front-matter.not-a-mapping", message, _index(following))
        return PlainMapping(values, starts)

    def _value(self, event: yaml.Event, depth: int, starts: dict[str, int] | None = None) -> Any:
        if isinstance(event, yaml.AliasEvent):
            return self._aliased(event, depth)
        self._check(event, depth)
        before, anchor = self._size, getattr(event, "anchor", None)
        if anchor is not None:
            self._anchors[anchor] = None
        self._grow(1, event)
        value: Any
        if isinstance(event, yaml.ScalarEvent):
            self._grow(len(event.value), event)
            value = _scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = list(self._elements(depth))
        else:
            value = self._mapping(depth, {} if starts is None else starts)
        if anchor is not None:
            self._anchors[anchor] = _Anchor(value, self._size - before, _height(value))
        return value

    def _elements(self, depth: int) -> Iterator[Any]:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            yield self._value(event, depth + 1)

    def _mapping(self, depth: int, starts: dict[str, int]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event)
            value = self._value(next(self._events), depth + 1)
            if key in found:
                self.duplicates.append((key, _index(event)))
            found[key] = value
            starts[key] = _index(event)
        return found

    def _key(self, event: yaml.Event) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            message = said("a key that is no text; expected 'key: value'")
            raise _Refusal("front-matter.key", message, _index(event))
        if event.value == "<<" and event.style is None:
            message = said("mappings cannot be merged with '<<'; expected every key written out")
            raise _Refusal("front-matter.key", message, _index(event))
        self._check(event, 0)
        self._grow(1 + len(event.value), event)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchor(_scalar(event), 1 + len(event.value))
        return str(event.value)

    def _aliased(self, event: yaml.AliasEvent, depth: int) -> Any:
        name = event.anchor or ""
        anchor = self._anchors.get(name)
        if anchor is None:
            message = said("the alias '*%(name)s' has no anchor before it; expected a plain value", name=excerpt(name))
            raise _Refusal("front-matter.alias", message, _index(event))
        self._grow(anchor.size, event)
        self._check_depth(event, depth + anchor.height)
        return anchor.value

    def _grow(self, size: int, event: yaml.Event) -> None:
        self._size += size
        if self._size > MAX_EXPANDED:
            message = said(
                "the aliases expand to more than %(most)s characters; expected plain values", most=f"{MAX_EXPANDED:,}"
            )
            raise _Refusal("front-matter.expands", message, _index(event))

    def _check(self, event: yaml.Event, depth: int) -> None:
        tag = getattr(event, "tag", None)
        if tag not in _PLAIN_TAGS:
            message = said("the tag %(tag)s is not read; expected plain values", tag=cited(str(tag)))
            raise _Refusal("front-matter.tag", message, _index(event))
        self._check_depth(event, depth)
        bad = _NO_TEXT.search(event.value) if isinstance(event, yaml.ScalarEvent) else None
        if bad:
            message = said("the character U+%(code)s, escaped; expected text", code=f"{ord(bad.group()):04X}")
            raise _Refusal("front-matter.character", message, _index(event))

    def _check_depth(self, event: yaml.Event, depth: int) -> None:
        if depth > MAX_DEPTH:
            message = said("values are nested more than %(most)d levels deep; expected plain values", most=MAX_DEPTH)
            raise _Refusal("front-matter.deep", message, _index(event))


def _height(value: Any) -> int:
    """How many levels of lists and mappings a value has. They are few, because nesting is bounded."""
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if below is None else 1 + max(map(_height, below), default=0)


def _scalar(event: yaml.ScalarEvent) -> Any:
    """The value of a scalar: by YAML 1.2's core schema, where ``no`` and ``12:30`` are text."""
    text = str(event.value)
    if event.style is not None or event.tag is not None:
        return text
    if text in _NULLS:
        return None
    if text in _TRUTHS:
        return _TRUTHS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text) and repr(float(text)) == text:
        return float(text)
    return text


def _index(event: yaml.Event) -> int:
    return int(event.start_mark.index) if event.start_mark else 0
