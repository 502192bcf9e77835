"""Ports and servers that answer."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from demo.supervisor import answers, free_port, wait_for_http


class Server(ThreadingHTTPServer):
    """Answers with these codes one after the other, the last one for ever."""

    codes = [200]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        codes = self.server.codes
        self.send_response(codes.pop(0) if len(codes) > 1 else codes[0])
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("code", "ready"), [(200, True), (302, True), (404, False), (503, False)])
def test_success_and_redirects_are_answers(server: Server, code: int, ready: bool) -> None:
    server.codes = [code]
    assert answers(f"http://127.0.0.1:{server.server_port}/readyz?a=1") is ready


def test_waiting_ends_with_the_first_good_answer(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server.codes = [503, 500, 200, 503]
    wait_for_http(f"http://127.0.0.1:{server.server_port}/")
    assert server.codes == [503]


def test_waiting_in_vain_ends_with_the_url() -> None:
    url = f"http://127.0.0.1:{free_port()}/"
    with pytest.raises(TimeoutError, match=url):
        wait_for_http(url, within=0.1)


def test_the_preferred_port_is_given_when_it_is_free_and_another_when_it_is_not() -> None:
    port = free_port()
    assert free_port(port) == port
    with socket.create_server(("127.0.0.1", port)):
        assert free_port(port) != port
