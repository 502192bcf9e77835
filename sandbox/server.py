"""gunicorn: one worker process, many threads."""

import socket
from typing import Any

from gunicorn.app.base import BaseApplication

from sandbox.application import build
from sandbox.options import Options
from sandbox.service import Service


class Server(BaseApplication):  # type: ignore[misc]
    """Serves one sandbox on a socket that is already bound. The store is opened in the worker, after the fork."""

    def __init__(self, options: Options, listener: socket.socket) -> None:
        self._options = options
        self._listener = listener
        super().__init__()

    def load_config(self) -> None:
        """gunicorn's settings; nothing is read from files or the environment."""
        chosen: dict[str, Any] = {
            "bind": f"fd://{self._listener.fileno()}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": self._options.threads,
            "worker_connections": 1_000,
            "keepalive": 60,
            "timeout": 60,
            "graceful_timeout": 1,
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Called in the worker."""
        return build(Service.open(self._options))


def listen(port: int) -> socket.socket:
    """A bound socket on loopback; port 0 takes a free one."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.set_inheritable(True)
    return listener
