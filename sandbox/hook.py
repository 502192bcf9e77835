"""A kept-alive connection to the hook, as SNS posts: text/plain, and headers that repeat what the body says.

Written on the socket: http.client takes a third of the time of a post, and thousands are made a second.
"""

import re
import socket
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

_TIMEOUT_S = 15  # of SNS
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})[ \r]")
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)[ \t]*\r\n", re.IGNORECASE)
_CLOSING = re.compile(rb"\r\nconnection:[ \t]*close|^HTTP/1\.0", re.IGNORECASE)
_HEAD_LIMIT = 65_536


class HookUnreachableError(Exception):
    """Nobody listens; nothing was posted."""


class NoAnswerError(Exception):
    """The post may have arrived or not."""


class Hook:
    """One connection, used by one thread."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._secure = parts.scheme == "https"
        self._address = (parts.hostname or "", parts.port or (443 if self._secure else 80))
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._start = f"POST {target} HTTP/1.1\r\nHost: {parts.netloc.rpartition('@')[2]}\r\n"
        self._socket: socket.socket | None = None

    def post(self, body: bytes, headers: Mapping[str, str]) -> int:
        """The status that the hook answered. A connection found closed is opened again once."""
        reused = self._socket is not None
        try:
            return self._post(body, headers)
        except OSError as error:
            self.close()
            if not reused or isinstance(error, TimeoutError):
                raise NoAnswerError(str(error)) from error
        try:
            return self._post(body, headers)
        except OSError as error:
            self.close()
            raise NoAnswerError(str(error)) from error

    def close(self) -> None:
        """Ends the connection, if there is one."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _post(self, body: bytes, headers: Mapping[str, str]) -> int:
        connection = self._socket = self._socket or self._open()
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        connection.sendall(f"{self._start}{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        head, _, rest = self._read_head(connection).partition(b"\r\n\r\n")
        head += b"\r\n"
        status, length = _STATUS.match(head), _LENGTH.search(head)
        if status is None:
            raise ConnectionError("the hook does not speak HTTP")
        if length is None or _CLOSING.search(head):
            self.close()  # where the answer ends doesn't matter then: only its status does
        else:
            self._skip(connection, int(length[1]) - len(rest))
        return int(status[1])

    def _read_head(self, connection: socket.socket) -> bytes:
        received = b""
        while b"\r\n\r\n" not in received:
            chunk = connection.recv(_HEAD_LIMIT)
            if not chunk or len(received) > _HEAD_LIMIT:
                raise ConnectionError("the hook closed the connection without an answer")
            received += chunk
        return received

    def _skip(self, connection: socket.socket, length: int) -> None:
        while length > 0:
            chunk = connection.recv(min(length, _HEAD_LIMIT))
            if not chunk:
                raise ConnectionError("the hook closed the connection within its answer")
            length -= len(chunk)

    def _open(self) -> socket.socket:
        try:
            connection = socket.create_connection(self._address, timeout=_TIMEOUT_S)
        except OSError as error:
            raise HookUnreachableError(str(error)) from error
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not self._secure:
            return connection
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False  # loopback only, and a development certificate is nobody's
        context.verify_mode = ssl.CERT_NONE
        return context.wrap_socket(connection)
