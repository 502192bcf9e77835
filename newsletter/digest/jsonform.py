"""The JSON form of a document, with the public names of ``document.py``, and back."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import types
import typing
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from newsletter.digest.document import Document
from newsletter.digest.errors import InvalidJson, Problem


def to_json(document: Document) -> dict[str, Any]:
    """Dictionaries, lists, text, numbers and None: dates in ISO 8601, enums as their values, tuples as lists."""
    form = _encode(document, public=False)
    assert isinstance(form, dict)  # noqa: S101  (narrows the type: a dataclass becomes a dictionary)
    return form


def to_public_json(document: Document) -> dict[str, Any]:
    """The same with the names of the public contract alone: nothing of how the digest spells it."""
    form = _encode(document, public=True)
    assert isinstance(form, dict)  # noqa: S101  (as above)
    return form


def from_json(form: Mapping[str, Any]) -> Document:
    """The exact inverse of ``to_json``, for documents whose front matter is JSON already. Missing names get defaults.

    Raises ``InvalidJson``, with the path, for unknown names and for values of another type.
    """
    document = _decode(Document, form, "document")
    assert isinstance(document, Document)  # noqa: S101  (narrows the type)
    return document


def _encode(value: Any, *, public: bool) -> Any:
    if dataclasses.is_dataclass(value):
        return {
            field.name: _encode(getattr(value, field.name), public=public)
            for field in dataclasses.fields(value)
            if not (field.metadata.get("omitted") and (public or getattr(value, field.name) is None))
        }
    if isinstance(value, tuple | list):
        return [_encode(element, public=public) for element in value]
    if isinstance(value, Mapping):
        return {str(key): _encode(element, public=public) for key, element in value.items()}
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def _decode(hint: Any, value: Any, place: str) -> Any:
    if hint is Any:
        return value
    origin = typing.get_origin(hint)
    if origin is types.UnionType:
        return None if value is None else _decode(_not_none(hint), value, place)
    if origin is tuple:
        element = typing.get_args(hint)[0]
        elements = enumerate(_expect(list, value, place))
        return tuple(_decode(element, each, f"{place}[{index}]") for index, each in elements)
    if origin is dict:
        return dict(_expect(dict, value, place))
    if dataclasses.is_dataclass(hint):
        return _decode_fields(typing.cast("type", hint), _expect(dict, value, place), place)
    return _decode_scalar(hint, value, place)


def _decode_fields(kind: Callable[..., Any], value: dict[str, Any], place: str) -> Any:
    hints = _hints(kind)
    unknown = value.keys() - hints.keys()
    if unknown:
        raise _refusal(place, f"unknown names {', '.join(sorted(unknown))}")
    fields = {name: _decode(hints[name], each, f"{place}.{name}") for name, each in value.items()}
    try:
        return kind(**fields)
    except TypeError as error:
        raise _refusal(place, str(error)) from error


def _decode_scalar(hint: Any, value: Any, place: str) -> Any:
    if hint is bool or hint is int:
        return _expect(hint, value, place)
    text = _expect(str, value, place)
    convert: Callable[[str], Any] = getattr(hint, "fromisoformat", hint)
    try:
        return convert(text)
    except ValueError as error:
        raise _refusal(place, f"expected {hint.__name__}, not {text!r}") from error


def _expect(kind: type[Any], value: Any, place: str) -> Any:
    # Exact types: True is an int to Python, but not to a reader of the JSON.
    if type(value) is not kind:
        raise _refusal(place, f"expected {kind.__name__}, not {type(value).__name__}")
    return value


def _not_none(hint: Any) -> Any:
    return next(each for each in typing.get_args(hint) if each is not types.NoneType)


@functools.cache
def _hints(kind: Callable[..., Any]) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _refusal(place: str, message: str) -> InvalidJson:
    return InvalidJson([Problem("json.invalid", f"{place}: {message}")], name="JSON")
