"""A server on loopback that reads one HTTP request at a time and does exactly what a test says with the connection."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from typing import Any

Behaviour = Callable[[socket.socket], None]


def answering(status: int, body: bytes, *, length: int | None = None, kind: str = "application/json") -> Behaviour:
    """An HTTP answer; ``length`` other than the body's is a body that was cut."""
    head = (
        f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body) if length is None else length}\r\n"
    )
    return lambda connection: connection.sendall(head.encode() + b"Connection: close\r\n\r\n" + body)


def answering_json(status: int, document: Any) -> Behaviour:
    return answering(status, json.dumps(document).encode())


def reset(connection: socket.socket) -> None:
    """A TCP reset instead of an answer."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hang_up(connection: socket.socket) -> None:
    """A clean end instead of an answer."""


class RawServer:
    """Answers requests in turn with ``behaviours``; ``requests`` are the bodies it has read whole."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.behaviours: list[Behaviour] = []
        self.requests: list[bytes] = []
        self.silence = threading.Event()
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def begin(self) -> None:
        """Forget the test before."""
        self.behaviours, self.requests = [], []
        self.silence.clear()

    def keep_silent(self, connection: socket.socket) -> None:
        """No answer until the test is over."""
        self.silence.wait(10)

    def close(self) -> None:
        self.silence.set()
        # Closing a listener doesn't wake who accepts from it.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(10)
                self._handle(connection)

    def _handle(self, connection: socket.socket) -> None:
        try:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            body = _body(connection)
        except OSError:
            return  # the client didn't like our certificate
        if body is not None:
            self.requests.append(body)
            self.behaviours.pop(0)(connection)


def _body(connection: socket.socket) -> bytes | None:
    read = b""
    while b"\r\n\r\n" not in read:
        if not (some := connection.recv(65536)):
            return None
        read += some
    head, _, body = read.partition(b"\r\n\r\n")
    lines = (line.partition(b":") for line in head.split(b"\r\n")[1:])
    length = next((int(value) for name, _, value in lines if name.lower() == b"content-length"), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return body
