"""Merge slots: the personal parts of a rendition that is otherwise rendered once for everybody.

A slot is written ``{{name}}``. SES replaces it by plain substitution, with **one** value for the subject, the HTML and
the text, and escapes nothing (https://docs.aws.amazon.com/ses/latest/dg/send-personalized-email-api.html). So a value
must read the same in every context: :func:`values_for_ses` lets through only such values. URLs must already be
percent-encoded and hold none of ``& " ' < >``; a name has those characters replaced by their typographic look-alikes
(O'Brien becomes O’Brien). Then :func:`fill`, which escapes for a context, changes nothing that SES would not: what an
editor previews is what a reader gets.

A literal ``{{`` in an issue would be taken for a slot, so :func:`escape` writes it as ``{{lbrace}}``, whose value is
``{{``.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final, Literal

from django.utils.translation import gettext as _

Context = Literal["html", "text", "header"]

URL_SLOTS: Final = frozenset({"unsubscribe_url", "preferences_url", "web_url"})
SLOTS: Final = URL_SLOTS | {"recipient_name", "campaign_id", "lbrace"}
LBRACE: Final = "{{"

_SLOT = re.compile(r"\{\{([^{}]*)\}\}")
_SAFE_URL = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$()*+,;=%]+")
_SAFE_ID = re.compile(r"[A-Za-z0-9._\-]{1,128}")
_LOOK_ALIKES = str.maketrans({"&": "＆", "<": "‹", ">": "›", '"': "”", "'": "’", "{": "｛", "}": "｝"})
_NAME_LENGTH = 80


class SlotError(ValueError):
    """A slot, or a value for one, that must not reach a reader."""


class UnknownSlot(SlotError):
    """The text names a slot that does not exist, or holds braces that could be taken for one."""


class MissingValue(SlotError):
    """A slot has no value."""


class UnsafeValue(SlotError):
    """A value would mean something else in one of the places where it is used."""


def slot(name: str) -> str:
    """The slot as it is written in a rendition, without spaces: inliners percent-encode those in links."""
    if name not in SLOTS:
        said = {"name": repr(name), "known": ", ".join(sorted(SLOTS))}
        raise UnknownSlot(_("there is no merge slot %(name)s; known are %(known)s") % said)
    return "{{" + name + "}}"


def escape(text: str) -> str:
    """``text`` with every literal ``{{`` as the slot for it. For content, before it is joined with real slots."""
    return text.replace("{{", slot("lbrace"))


def used(text: str) -> frozenset[str]:
    """The names of the slots in ``text``, known or not."""
    return frozenset(_SLOT.findall(text))


def shown(text: str, stand_in: str = "") -> str:
    """``text`` as a reader sees it: literal braces as they were written, ``stand_in`` for every other slot."""
    return _SLOT.sub(lambda match: LBRACE if match[1] == "lbrace" else stand_in, text)


def check(text: str) -> None:
    """Raise :class:`UnknownSlot` unless every ``{{`` in ``text`` opens a slot on the list."""
    if unknown := used(text) - SLOTS:
        said = {"names": ", ".join(repr(name) for name in sorted(unknown)), "known": ", ".join(sorted(SLOTS))}
        raise UnknownSlot(_("unknown merge slot %(names)s; known are %(known)s") % said)
    remaining = _SLOT.sub("\0", text)
    for stray in ("{{", "{\0"):
        if (at := remaining.find(stray)) >= 0:
            excerpt = remaining[max(0, at - 20) : at + 20].replace("\0", "{{…}}")
            raise UnknownSlot(_("a brace that is no merge slot near %(excerpt)s") % {"excerpt": repr(excerpt)})


def values_for_ses(values: Mapping[str, str]) -> dict[str, str]:
    """One safe value for every slot, for SES's template data.

    ``recipient_name`` may be missing (nothing is shown) and ``lbrace`` is filled in here. Raises :class:`MissingValue`,
    :class:`UnknownSlot` or :class:`UnsafeValue`.
    """
    if unknown := values.keys() - SLOTS:
        names = ", ".join(sorted(unknown))
        raise UnknownSlot(_("values for slots that do not exist: %(names)s") % {"names": names})
    if missing := SLOTS - {"recipient_name", "lbrace"} - values.keys():
        raise MissingValue(_("no value for %(names)s") % {"names": ", ".join(sorted(missing))})
    given = {name: value for name, value in values.items() if name != "lbrace"}
    return safe({"recipient_name": "", **given}) | {"lbrace": LBRACE}


def safe(values: Mapping[str, str]) -> dict[str, str]:
    """These of the values, safe; who has had all of them checked once need only check what differs. Raises
    :class:`UnsafeValue`."""
    return {name: _SAFE[name](name, value) for name, value in values.items()}


def safe_name(name: str) -> str:
    """A person's name on one line, readable and harmless in HTML, plain text and headers alike."""
    if name.isalnum() and len(name) <= _NAME_LENGTH:
        return name  # most are, and every letter asks
    visible = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in name)
    harmless = "".join(c for c in visible if unicodedata.bidirectional(c) not in _BIDI_CONTROLS)
    return " ".join(harmless.translate(_LOOK_ALIKES).split())[:_NAME_LENGTH].rstrip()


def fill(text: str, values: Mapping[str, str], context: Context) -> str:
    """``text`` with its slots replaced, each value escaped for the context; a value's own braces are never slots.

    Raises :class:`UnknownSlot` for a slot that is not on the list, :class:`MissingValue` for one without a value, and
    :class:`UnsafeValue` for a line break on its way into a header.
    """
    check(text)

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name == "lbrace":
            return LBRACE
        if name not in values:
            raise MissingValue(_("no value for %(names)s") % {"names": name})
        return _escaped(name, values[name], context)

    return _SLOT.sub(value, text)


_BIDI_CONTROLS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def _escaped(name: str, value: str, context: Context) -> str:
    match context:
        case "html":
            return html.escape(value)
        case "text":
            return value
        case "header":
            if any(unicodedata.category(c) == "Cc" for c in value):
                said = {"name": name}
                raise UnsafeValue(_("the value of %(name)s has a control character, which a header must not") % said)
            return value


def _safe_url(name: str, url: str) -> str:
    if not _SAFE_URL.fullmatch(url):
        raise UnsafeValue(
            _(
                "%(name)s must be an absolute, percent-encoded http(s) address without & \" ' < > or braces, "
                "not %(value)s"
            )
            % {"name": name, "value": repr(url)}
        )
    return url


def _safe_id(_name: str, campaign_id: str) -> str:
    if not _SAFE_ID.fullmatch(campaign_id):
        said = {"value": repr(campaign_id)}
        raise UnsafeValue(_("campaign_id may hold letters, digits and . _ - only, not %(value)s") % said)
    return campaign_id


_SAFE: dict[str, Callable[[str, str], str]] = {
    **dict.fromkeys(URL_SLOTS, _safe_url),
    "campaign_id": _safe_id,
    "recipient_name": lambda _name, value: safe_name(value),
}
