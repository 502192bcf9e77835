"""The message as SES would send it: its header lines, and its MIME source."""

import base64
import email
import email.header
import email.policy
import re
from email.message import EmailMessage, Message
from email.utils import format_datetime
from functools import lru_cache

from sandbox.aws import REGION
from sandbox.letters import Content, Headers, Letter

_BOUNDARY = "----=_Part_{seq}_sandbox"


def header_lines(letter: Letter) -> Headers:
    """Every header of the message as it goes over the wire: ASCII, encoded words and all."""
    if letter.call.content.raw is not None:
        own = [(name, str(value)) for name, value in _parse(letter.call.content.raw).items() if _kept(name)]
        return (*own, *_added_by_ses(letter))
    lines = [("From", letter.call.sender)]
    if letter.call.reply_to:
        lines.append(("Reply-To", ", ".join(letter.call.reply_to)))
    lines += [("To", ", ".join(letter.entry.to))] if letter.entry.to else []
    lines += [("Cc", ", ".join(letter.entry.cc))] if letter.entry.cc else []
    lines += [("Subject", encoded(letter.subject)), ("MIME-Version", "1.0"), ("Content-Type", _content_type(letter))]
    return (*lines, *letter.headers, *_added_by_ses(letter))


def readable_headers(letter: Letter) -> dict[str, str]:
    """The same, decoded for people; repeated headers are joined by line breaks."""
    readable: dict[str, str] = {}
    for name, value in header_lines(letter):
        text = decoded(value)
        readable[name] = f"{readable[name]}\n{text}" if name in readable else text
    return readable


def source(letter: Letter) -> str:
    """The whole message: headers, an empty line, and the parts."""
    head = "".join(f"{name}: {value}\r\n" for name, value in header_lines(letter))
    if letter.call.content.raw is not None:
        body = re.split(rb"\r?\n\r?\n", letter.call.content.raw, maxsplit=1)[1:]
        return head + "\r\n" + b"".join(body).decode("utf-8", "replace")
    parts = _parts(letter)
    if len(parts) == 1:
        kind, text = parts[0]
        encoding, body_text = _encode(text)
        # Content-Type stands among the headers already.
        return f"{head}Content-Transfer-Encoding: {encoding}\r\n\r\n{body_text}"
    boundary = _BOUNDARY.format(seq=letter.seq)
    rendered = ""
    for kind, text in parts:
        encoding, body_text = _encode(text)
        rendered += f"--{boundary}\r\nContent-Type: {kind}; charset=UTF-8\r\nContent-Transfer-Encoding: {encoding}\r\n"
        rendered += f"\r\n{body_text}\r\n"
    return f"{head}\r\n{rendered}--{boundary}--\r\n"


def parse_raw(raw: bytes) -> tuple[Content, Message]:
    """A raw message as content that the inbox can show, and its parsed form."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - what this policy makes
    html, text = message.get_body(("html",)), message.get_body(("plain",))
    content = Content(
        subject=decoded(str(_parse(raw).get("Subject", ""))),
        html=html.get_content() if html else "",
        text=text.get_content() if text else "",
        raw=raw,
    )
    return content, _parse(raw)


@lru_cache(maxsize=256)
def encoded(text: str) -> str:
    """ASCII as it is, anything else as RFC 2047 encoded words."""
    return text if text.isascii() else email.header.Header(text, "utf-8", maxlinelen=10**6).encode()


@lru_cache(maxsize=256)
def decoded(value: str) -> str:
    """The reverse, for reading."""
    if "=?" not in value:
        return value
    try:
        return str(email.header.make_header(email.header.decode_header(value)))
    except (LookupError, ValueError):
        return value


def _parse(raw: bytes) -> Message:
    return email.message_from_bytes(raw, policy=email.policy.compat32)


def _kept(name: str) -> bool:
    return name.lower() not in {"message-id", "date", "bcc", "return-path"} and not name.lower().startswith("x-ses-")


def _added_by_ses(letter: Letter) -> Headers:
    return (
        ("Message-ID", f"<{letter.id}@email.amazonses.com>"),
        ("Date", format_datetime(letter.at)),
        ("Feedback-ID", f"::1.{REGION}.sandbox:AmazonSES"),
        ("X-SES-Outgoing", f"{letter.at:%Y.%m.%d}-127.0.0.1"),
    )


def _parts(letter: Letter) -> list[tuple[str, str]]:
    parts = [("text/plain", letter.text), ("text/html", letter.html)]
    return [part for part in parts if part[1]] or parts[:1]


def _content_type(letter: Letter) -> str:
    content = letter.call.content
    if content.text and content.html:
        return f'multipart/alternative; boundary="{_BOUNDARY.format(seq=letter.seq)}"'
    return f"text/{'html' if content.html else 'plain'}; charset=UTF-8"


def _encode(text: str) -> tuple[str, str]:
    if text.isascii() and all(len(line) < 900 for line in text.split("\n")):
        return "7bit", "\r\n".join(text.splitlines())
    return "base64", base64.encodebytes(text.encode()).decode().replace("\n", "\r\n")
