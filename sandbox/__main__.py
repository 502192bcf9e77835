"""Starts the sandbox: key and certificate, the poster where a hook is given, the server."""

import atexit
import json
import os
import subprocess
import sys
from dataclasses import asdict

from sandbox.options import Options, parse
from sandbox.poster import Task
from sandbox.server import Server, listen
from sandbox.signing import ensure_key, write_certificate


def main() -> None:
    """Runs until SIGTERM or SIGINT."""
    options = parse(sys.argv[1:])
    key_path = options.store.with_name(f"{options.store.name}.key")
    write_certificate(ensure_key(key_path, options.key_bits), options.certificate)
    try:
        listener = listen(options.port)
    except OSError as error:
        sys.exit(f"sandbox: port {options.port} can't be used: {error.strerror}")
    if options.hook is not None:
        _start_poster(options, options.hook, str(key_path))
    host, port = listener.getsockname()
    sys.stdout.write(f"sandbox: inbox at http://{host}:{port}/\n")
    sys.stdout.flush()
    Server(options, listener).run()


def _start_poster(options: Options, hook: str, key: str) -> None:
    """The poster lives as long as the pipe to it is open: no longer than this process and its worker."""
    task = Task(
        store=str(options.store),
        key=key,
        hook=hook,
        topic_arn=options.topic_arn,
        signature_version=options.signature_version,
        connections=options.hook_connections,
    )
    poster = subprocess.Popen(  # noqa: S603 - this very package
        [sys.executable, "-m", "sandbox.poster", json.dumps(asdict(task))], stdin=subprocess.PIPE
    )
    starter = os.getpid()

    def stop() -> None:
        if os.getpid() == starter:  # not in gunicorn's worker, which inherits this
            poster.terminate()

    atexit.register(stop)


if __name__ == "__main__":
    main()
