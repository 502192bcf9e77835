"""An SES that accepts everything and does nothing, in a process of its own and as cheap as can be, so that what is
measured is the sender: ``python -m benchmark.sink PORT [LATENCY_MS]``.

It answers ``SendBulkEmail``, ``SendEmail``, ``GetAccount`` and the making of templates, and ``GET /counts`` with
``{"recipients", "calls", "bytes", "cpu_ms"}``, what it has taken in bulk and used so far.
"""

from __future__ import annotations

import asyncio
import functools
import itertools
import json
import signal
import sys
import time
from typing import cast

HEAD_ENDS = b"\r\n\r\n"
RATE = 1_000_000.0
ACCOUNT = json.dumps(
    {
        "SendQuota": {"Max24HourSend": -1, "MaxSendRate": RATE, "SentLast24Hours": 0},
        "SendingEnabled": True,
        "ProductionAccessEnabled": True,
        "EnforcementStatus": "HEALTHY",
    }
).encode()


def sink_environment(port: int) -> dict[str, str]:
    """What makes Django's SES the sink on that port."""
    return {
        "AWS_ENDPOINT_URL_SESV2": f"http://127.0.0.1:{port}",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


class Counts:
    def __init__(self) -> None:
        self.recipients = self.calls = self.bytes = 0

    def json(self) -> bytes:
        counts = {"recipients": self.recipients, "calls": self.calls, "bytes": self.bytes}
        return json.dumps(counts | {"cpu_ms": round(1000 * time.process_time())}).encode()


class Sink(asyncio.Protocol):
    """One connection, kept open, one request after the other."""

    def __init__(self, counts: Counts, latency: float) -> None:
        self._counts, self._latency = counts, latency
        self._parts: list[bytes] = []
        self._waiting = 0  # bytes that the request still lacks; 0: not known yet
        self._numbers = itertools.count()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._parts.append(data)
        if self._waiting:
            self._waiting -= len(data)
        else:
            self._measure()
        if self._waiting <= 0 and self._parts:
            request = b"".join(self._parts)
            if HEAD_ENDS in request:
                self._parts, self._waiting = [], 0
                self._take(request)

    def _measure(self) -> None:
        so_far = b"".join(self._parts)
        self._parts = [so_far]
        head, found, body = so_far.partition(HEAD_ENDS)
        if not found:
            return
        lower = head.lower()
        at = lower.find(b"\r\ncontent-length:")
        length = int(lower[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        self._waiting = length - len(body)
        if b"100-continue" in lower:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _take(self, request: bytes) -> None:
        target = request[:80].split(b" ", 2)[1]
        if target == b"/counts":
            self._answer(self._counts.json())
        elif target.endswith(b"/outbound-bulk-emails"):
            recipients = request.count(b'"Destination"')
            self._count(recipients, len(request))
            self._later(_accepted(recipients))
        elif target.endswith(b"/outbound-emails"):
            self._later(b'{"MessageId": "0102019a7c3f2b10-5d2c7a1e-000000"}')
        elif target.endswith(b"/account"):
            self._answer(ACCOUNT)
        else:
            self._answer(b"{}")

    def _count(self, recipients: int, length: int) -> None:
        self._counts.calls += 1
        self._counts.recipients += recipients
        self._counts.bytes += length

    def _later(self, body: bytes) -> None:
        if self._latency:
            asyncio.get_running_loop().call_later(self._latency, self._answer, body)
        else:
            self._answer(body)

    def _answer(self, body: bytes) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        if not self._transport.is_closing():
            self._transport.write(head + body)


@functools.cache
def _accepted(recipients: int) -> bytes:
    # Of the length that SES's own message ids have; nobody compares them here.
    results = [
        {"Status": "SUCCESS", "MessageId": f"0102019a7c3f2b10-5d2c7a1e-{n:012x}-000000"} for n in range(recipients)
    ]
    return json.dumps({"BulkEmailEntryResults": results}).encode()


async def serve(port: int, latency: float) -> None:
    """Serve on loopback until SIGTERM."""
    counts, loop = Counts(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: Sink(counts, latency), "127.0.0.1", port, backlog=128)
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    async with server:
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]) / 1000 if len(sys.argv) > 2 else 0.0))
