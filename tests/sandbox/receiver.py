"""A loopback hook that keeps what is posted to it and verifies it as a subscriber of SNS does."""

import base64
import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.sandbox.running import eventually

_SIGNED = {
    "Notification": ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
    "SubscriptionConfirmation": ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
}


@dataclass(frozen=True, slots=True)
class Posted:
    """One POST."""

    headers: dict[str, str]
    body: dict[str, str]

    @property
    def event(self) -> dict[str, Any]:
        """The SES record in it; empty for anything else."""
        if self.body["Type"] != "Notification" or not self.body["Message"].startswith("{"):
            return {}
        record: dict[str, Any] = json.loads(self.body["Message"])
        return record


class Receiver:
    """Answers 200 unless ``answers`` holds other statuses, used up one by one; 0 closes without an answer."""

    def __init__(self) -> None:
        self.posts: list[Posted] = []
        self.answers: list[int] = []
        self._lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.take(dict(self.headers), raw)
                if status == 0:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hooks/sns/"

    def take(self, headers: dict[str, str], raw: bytes) -> int:
        """Keeps a POST; gives the status to answer."""
        with self._lock:
            status = self.answers.pop(0) if self.answers else 200
            self.posts.append(Posted({name.lower(): value for name, value in headers.items()}, json.loads(raw)))
            return status

    def events(self, message_id: str, count: int) -> list[dict[str, Any]]:
        """The records about one message, once there are ``count``; in the order of their own times."""
        found = eventually(lambda: posts if len(posts := self.about(message_id)) >= count else [])
        return [post.event for post in found]

    def about(self, message_id: str) -> list[Posted]:
        """The posts about one message so far."""
        with self._lock:
            return [post for post in self.posts if post.event and post.event["mail"]["messageId"] == message_id]

    def close(self) -> None:
        """Ends the server."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def verify(body: dict[str, str], certificate: Path) -> None:
    """Raises InvalidSignature unless ``body`` was signed with the key of ``certificate``."""
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    text = "".join(f"{name}\n{body[name]}\n" for name in _SIGNED[body["Type"]] if name in body)
    algorithm: hashes.HashAlgorithm = hashes.SHA1() if body["SignatureVersion"] == "1" else hashes.SHA256()
    key.verify(base64.b64decode(body["Signature"]), text.encode(), padding.PKCS1v15(), algorithm)
