"""How calls and contents are written into their blobs, and read back."""

import base64
import hashlib
import json
import zlib
from typing import Any

from sandbox.letters import Call, Content, Entry


def content_hash(content: Content) -> bytes:
    """SHA-256 over everything that makes a content what it is."""
    digest = hashlib.sha256(b"merged" if content.merged else b"plain")
    for part in (content.subject, content.html, content.text, content.template_name or ""):
        digest.update(b"\0" + part.encode())
    digest.update(b"\0" + (content.raw or b""))
    return digest.digest()


def pack_content(content: Content) -> bytes:
    """A content as compressed JSON."""
    raw = base64.b64encode(content.raw).decode() if content.raw is not None else None
    fields = (content.subject, content.html, content.text, content.merged, raw, content.template_name)
    return _pack(fields, level=6)


def unpack_content(blob: bytes) -> Content:
    """The reverse of :func:`pack_content`."""
    subject, html, text, merged, raw, template_name = _unpack(blob)
    return Content(
        subject=subject,
        html=html,
        text=text,
        merged=merged,
        raw=base64.b64decode(raw) if raw is not None else None,
        template_name=template_name,
    )


def pack_call(call: Call) -> bytes:
    """A call without its content, as compressed JSON. Level 1: entries are alike, and this is the hot path."""
    entries = [(e.to, e.cc, e.bcc, e.data, e.headers, e.tags) for e in call.entries]
    defaults = (call.sender, call.reply_to, call.configuration_set, call.data, call.headers, call.tags)
    return _pack((defaults, entries), level=1)


def unpack_call(blob: bytes, content: Content) -> Call:
    """The reverse of :func:`pack_call`."""
    (sender, reply_to, configuration_set, data, headers, tags), entries = _unpack(blob)
    return Call(
        sender=sender,
        reply_to=tuple(reply_to),
        configuration_set=configuration_set,
        content=content,
        data=data,
        headers=_pairs(headers),
        tags=tags,
        entries=tuple(
            Entry(to=tuple(to), cc=tuple(cc), bcc=tuple(bcc), data=own, headers=_pairs(lines), tags=own_tags)
            for to, cc, bcc, own, lines, own_tags in entries
        ),
    )


def _pairs(lines: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in lines)


def _pack(value: object, *, level: int) -> bytes:
    return zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), level)


def _unpack(blob: bytes) -> Any:
    return json.loads(zlib.decompress(blob))
