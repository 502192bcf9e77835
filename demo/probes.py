"""Is it there yet? Ports to listen on, and servers that answer."""

import http.client
import socket
import time
from urllib.parse import urlsplit

HOST = "127.0.0.1"


def free_port(preferred: int | None = None) -> int:
    """`preferred` when nobody listens there, else any free port of the loopback interface.

    Free now: somebody else may take it before it is used.
    """
    for port in (preferred, 0):
        if port is None:
            continue
        with socket.socket() as probe:
            # A port whose last connections are still winding down is free for a server.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError(f"No free port on {HOST}.")


def answers(url: str, *, timeout: float = 1) -> bool:
    """Whether a GET of `url` (http) is answered with success or a redirect within `timeout` seconds.

    Asks the host itself, whatever proxy the environment names.
    """
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or HOST, parts.port, timeout=timeout)
    try:
        connection.request("GET", f"{parts.path or '/'}?{parts.query}".rstrip("?"))
        return connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def wait_for_http(url: str, *, within: float = 30) -> None:
    """Return once `url` answers. Raises TimeoutError when it has not after `within` seconds."""
    deadline = time.monotonic() + within
    while not answers(url):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{url} did not answer within {within:g} s.")
        time.sleep(0.05)
