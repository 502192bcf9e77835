"""Reading the JSON of SES's events: loading it safely, naming it, and taking typed values out of it."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from email.utils import parseaddr
from typing import Any

from newsletter.errors import SudiError
from newsletter.events.instants import parse_instant


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


# Made once: json.loads and json.dumps with options make one for each call.
_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_ESCAPED_UNSTORABLE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


class MalformedEvent(SudiError):
    """Not an event as SES documents them: ``where`` in the JSON (dotted), and ``what`` is wrong. Quotes no value."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where
        self.what = what


def load(text: str) -> dict[str, Any]:
    """The JSON object in a text, fit to be stored: see ``_storable``. Raises ``MalformedEvent``."""
    try:
        loaded = _DECODER.decode(text)
        if _may_be_unstorable(text):
            loaded = _storable(loaded)
    except ValueError:
        raise MalformedEvent("event", "not JSON") from None
    except RecursionError:
        raise MalformedEvent("event", "nested too deeply") from None
    if not isinstance(loaded, dict):
        raise MalformedEvent("event", "not a JSON object")
    return loaded


def canonical_json(event: dict[str, Any]) -> str:
    """The one spelling of an event: sorted keys, no spaces, nothing escaped that need not be."""
    try:
        return _ENCODER.encode(event)
    except RecursionError:
        raise MalformedEvent("event", "nested too deeply") from None


def event_key(canonical: str) -> str:
    """What an event is known by at every door: SHA-256 of its canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical.encode()).hexdigest()


def read_object(holder: dict[str, Any], name: str, where: str) -> dict[str, Any]:
    value = holder.get(name)
    if not isinstance(value, dict):
        raise MalformedEvent(f"{where}.{name}", "missing" if value is None else "not an object")
    return value


def read_text(holder: dict[str, Any], name: str, where: str) -> str | None:
    value = holder.get(name)
    if value is None or isinstance(value, str):
        return value
    raise MalformedEvent(f"{where}.{name}", "not a text")


def require_text(holder: dict[str, Any], name: str, where: str, *, longest: int | None = None) -> str:
    value = read_text(holder, name, where)
    if not value:
        raise MalformedEvent(f"{where}.{name}", "missing or empty")
    if longest is not None and len(value) > longest:
        raise MalformedEvent(f"{where}.{name}", f"longer than {longest} characters")
    return value


def read_instant(holder: dict[str, Any], name: str, where: str) -> datetime.datetime:
    text = require_text(holder, name, where)
    try:
        return parse_instant(text)
    except ValueError as error:
        raise MalformedEvent(f"{where}.{name}", str(error)) from None


def read_addresses(holder: dict[str, Any], name: str, where: str) -> tuple[str, ...]:
    """The bare addresses in a list of texts, or of objects that have an ``emailAddress``: at least one."""
    items = holder.get(name)
    if not isinstance(items, list) or not items:
        raise MalformedEvent(f"{where}.{name}", "not a list with at least one recipient")
    return tuple(_address(item, f"{where}.{name}") for item in items)


def _address(item: Any, where: str) -> str:
    text = item.get("emailAddress") if isinstance(item, dict) else item
    if not isinstance(text, str) or not text.strip():
        raise MalformedEvent(where, "a recipient without an address")
    return (parseaddr(text)[1] if "<" in text else "") or text.strip()


def _may_be_unstorable(text: str) -> bool:
    # Once per event, so the cheap question first.
    if "\\u" in text and _ESCAPED_UNSTORABLE.search(text):
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _storable(value: Any) -> Any:
    """The same, with U+FFFD for what no database keeps: NUL, and half a surrogate pair (a text that was cut)."""
    match value:
        case str():
            return _UNSTORABLE.sub("\ufffd", value)
        case list():
            return [_storable(item) for item in value]
        case dict():
            return {_storable(name): _storable(item) for name, item in value.items()}
        case _:
            return value
