"""From a file's bytes to its text."""

from __future__ import annotations

import re

from newsletter.digest.errors import Problem, UnreadableDigest

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
        raise UnreadableDigest([Problem("file.empty", "the file is empty; expected a digest in Markdown")])
    return _LINE_END.sub("\n", text)


def _refuse_size(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        message = f"the file has {len(data):,} bytes; expected at most {MAX_BYTES:,} (2 MiB)"
        raise UnreadableDigest([Problem("file.too-large", message)])


def _decode_utf8(data: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            message = f"the file begins with the byte order mark of {encoding}; expected UTF-8"
            raise UnreadableDigest([Problem("file.encoding", message, 1)])
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
        what = f"byte {error.start + 1:,} (0x{data[error.start]:02X}) is not UTF-8"
        return Problem("file.encoding", f"{what}{_likely_encoding(data)}; expected UTF-8", line)
    return Problem("file.encoding", "the file is not UTF-8; expected UTF-8")


def _likely_encoding(data: bytes) -> str:
    for encoding, name in (("gb18030", "GB 18030 or GBK"), ("big5", "Big5")):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return f" (the file may be {name})"
    return ""


def _refuse_control(text: str) -> None:
    found = _CONTROL.search(text)
    if found is None:
        return
    line = text.count("\n", 0, found.start()) + 1
    message = f"control character U+{ord(found.group()):04X}: a binary file; expected text"
    raise UnreadableDigest([Problem("file.binary", message, line)])
