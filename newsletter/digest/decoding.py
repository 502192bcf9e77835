"""From a file's bytes to its text."""

from __future__ import annotations

import re

from newsletter.digest.errors import Problem, UnreadableDigest
from newsletter.digest.wording import Wording, said

MAX_BYTES = 2 * 1024 * 1024

# Tab, line feed, vertical tab, form feed and carriage return are white space; no other control belongs in a text.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")

_LINE_END = re.compile(r"\r\n?")

_BYTE_ORDER_MARKS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}


def decode(data: bytes) -> str:
    """The text of a digest, without a byte order mark, and with LF at the end of its lines.

    Raises ``UnreadableDigest`` for more than 2 MiB, for bytes that are not UTF-8 (with the byte and the line), for
    control characters (NUL: a binary file), and for a file of nothing but white space.
    """
    _refuse_size(data)
    text = _decode_utf8(data)
    _refuse_control(text)
    if not text.strip():
        raise UnreadableDigest([Problem.of("file.empty", said("the file is empty; expected a digest in Markdown"))])
    return _LINE_END.sub("\n", text)


def _refuse_size(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        message = said(
            "the file has %(count)s bytes; expected at most %(most)s (2 MiB)",
            count=f"{len(data):,}",
            most=f"{MAX_BYTES:,}",
        )
        raise UnreadableDigest([Problem.of("file.too-large", message)])


def _decode_utf8(data: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            message = said(
                "the file begins with the byte order mark of %(encoding)s; expected UTF-8", encoding=encoding
            )
            raise UnreadableDigest([Problem.of("file.encoding", message, 1)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableDigest([_encoding_problem(data)]) from error


def _encoding_problem(data: bytes) -> Problem:
    # Decoded again without the mark's own codec, which counts its offsets after the mark.
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Problem.of("file.encoding", _not_utf8(data, f"{error.start + 1:,}", f"{data[error.start]:02X}"), line)
    return Problem.of("file.encoding", said("the file is not UTF-8; expected UTF-8"))


def _not_utf8(data: bytes, place: str, byte: str) -> Wording:
    """With what the file may be instead."""
    likely = {
        "gb18030": said(
            "byte %(place)s (0x%(byte)s) is not UTF-8 (the file may be GB 18030 or GBK); expected UTF-8",
            place=place,
            byte=byte,
        ),
        "big5": said(
            "byte %(place)s (0x%(byte)s) is not UTF-8 (the file may be Big5); expected UTF-8", place=place, byte=byte
        ),
    }
    for encoding, wording in likely.items():
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return wording
    return said("byte %(place)s (0x%(byte)s) is not UTF-8; expected UTF-8", place=place, byte=byte)


def _refuse_control(text: str) -> None:
    found = _CONTROL.search(text)
    if found is None:
        return
    line = text.count("\n", 0, found.start()) + 1
    message = said("control character U+%(code)s: a binary file; expected text", code=f"{ord(found.group()):04X}")
    raise UnreadableDigest([Problem.of("file.binary", message, line)])
