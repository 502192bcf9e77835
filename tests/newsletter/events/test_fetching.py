from __future__ import annotations

import datetime
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from newsletter.events.fetching import FetchFailed, fetch
from tests.newsletter.events.signing import make_pem, rsa_key

YEAR = datetime.timedelta(days=365)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        getattr(self, f"answer_{self.path.strip('/')}")()

    def reply(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def answer_good(self) -> None:
        self.reply(200, b"pem")

    def answer_moved(self) -> None:
        self.reply(302, b"", Location="/good")

    def answer_missing(self) -> None:
        self.reply(404, b"secret words")

    def answer_empty(self) -> None:
        self.reply(204, b"")

    def answer_long(self) -> None:
        self.reply(200, b"x" * 70_000)

    def answer_cut(self) -> None:
        self.reply(200, b"x" * 10, **{"Content-Length": "20"})

    def answer_silent(self) -> None:
        self.server.quiet.wait(10)  # type: ignore[attr-defined]
        self.close_connection = True

    def answer_dripping(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(1000):
            self.wfile.write(b"x")
            if self.server.quiet.wait(0.05):  # type: ignore[attr-defined]
                break
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ssl.SSLContext]]:
    """A TLS server on loopback, and a context that trusts it."""
    folder: Path = tmp_path_factory.mktemp("tls")
    pem = make_pem(alternative=("localhost",), begins=-10 * YEAR, ends=50 * YEAR)
    (folder / "cert.pem").write_bytes(pem)
    (folder / "key.pem").write_bytes(
        rsa_key().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.quiet = threading.Event()  # type: ignore[attr-defined]
    httpd.handle_error = lambda *args: None  # type: ignore[method-assign]
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    httpd.socket = tls.wrap_socket(httpd.socket, server_side=True)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"https://localhost:{httpd.server_port}", ssl.create_default_context(cadata=pem.decode())
    httpd.quiet.set()  # type: ignore[attr-defined]
    httpd.shutdown()
    thread.join()
    httpd.server_close()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def test_a_good_answer(server: tuple[str, ssl.SSLContext]) -> None:
    origin, context = server
    assert fetch(f"{origin}/good", context=context) == b"pem"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("moved", "the answer was 302"),
        ("missing", "the answer was 404"),
        ("empty", "the answer was 204"),
        ("long", "longer than 65536 bytes"),
        ("cut", "cut off|IncompleteRead"),
        ("silent", "timed out"),
        ("dripping", "took too long"),
    ],
)
def test_every_other_answer_fails(server: tuple[str, ssl.SSLContext], path: str, why: str) -> None:
    origin, context = server
    with pytest.raises(FetchFailed, match=why) as caught:
        fetch(f"{origin}/{path}", timeout=0.3, context=context)
    assert "secret" not in str(caught.value)


def test_an_untrusted_server_fails(server: tuple[str, ssl.SSLContext]) -> None:
    with pytest.raises(FetchFailed, match="CERTIFICATE_VERIFY_FAILED"):
        fetch(f"{server[0]}/good")


def test_nobody_there_fails() -> None:
    with pytest.raises(FetchFailed, match="URLError"):
        fetch("https://127.0.0.1:1/good")


@pytest.mark.parametrize(
    "url", ["http://localhost/", "file:///etc/hostname", "data:,x", "HTTPS://localhost/", "", "https://"]
)
def test_other_schemes_are_never_opened(url: str) -> None:
    with pytest.raises(FetchFailed):
        fetch(url)
