"""An SMTP server that accepts everything and keeps nothing, in a process of its own and as cheap as can be, so that
what is measured is the sender: ``python -m benchmark.peers.smtp_sink PORT``.

On SIGTERM it prints ``{"recipients", "calls", "bytes"}``: ``calls`` are messages, ``bytes`` all that senders wrote.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from typing import cast

LINE_ENDS = b"\r\n"
DATA_ENDS = b"\r\n.\r\n"
REPLIES = {
    b"EHLO": b"250-sink\r\n250 8BITMIME\r\n",
    b"DATA": b"354 Go on\r\n",
    b"QUIT": b"221 Bye\r\n",
}
OK = b"250 OK\r\n"


class Counts:
    def __init__(self) -> None:
        self.recipients = self.calls = self.bytes = 0

    def json(self) -> str:
        return json.dumps({"recipients": self.recipients, "calls": self.calls, "bytes": self.bytes})


class SmtpSink(asyncio.Protocol):
    """One connection. PIPELINING is not offered, so a client waits for every answer, and what ends a command or a
    message also ends what was received."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._recipients = 0
        self._in_message = False
        self._tail = b""  # of what was received since the last answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._counts.bytes += len(data)
        if self._in_message:
            self._tail = (self._tail + data[-len(DATA_ENDS) :])[-len(DATA_ENDS) :]
            if self._tail == DATA_ENDS:
                self._accept()
            return
        self._tail += data
        if self._tail.endswith(LINE_ENDS):
            command, self._tail = self._tail[:4].upper(), b""
            self._obey(command)

    def _obey(self, command: bytes) -> None:
        if command == b"DATA":
            self._in_message, self._tail = True, LINE_ENDS  # an empty message is a dot alone
        elif command == b"RCPT":
            self._recipients += 1
        elif command in {b"MAIL", b"RSET"}:
            self._recipients = 0
        self._transport.write(REPLIES.get(command, OK))
        if command == b"QUIT":
            self._transport.close()

    def _accept(self) -> None:
        self._counts.calls += 1
        self._counts.recipients += self._recipients
        self._in_message, self._tail, self._recipients = False, b"", 0
        self._transport.write(OK)


async def serve(port: int) -> None:
    """Serve on loopback until SIGTERM, then print the counts."""
    counts, loop = Counts(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SmtpSink(counts), "127.0.0.1", port, backlog=128)
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    async with server:
        await stop.wait()
    print(counts.json(), flush=True)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
