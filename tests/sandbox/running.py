"""A sandbox process for tests, and the clients that talk to it."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import boto3
from botocore.config import Config

from tests.sandbox.modelled import check_answers

DEADLINE_S = 15.0
Value = TypeVar("Value")


def eventually(read: Callable[[], Value], *, timeout: float = DEADLINE_S) -> Value:
    """The first true value that ``read`` gives."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if value := read():
            return value
        time.sleep(0.01)
    raise AssertionError(f"nothing within {timeout} s")


@dataclass(frozen=True, slots=True)
class Page:
    """What the sandbox answered over plain HTTP."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)


class Sandbox:
    """One running ``python -m sandbox``."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.store = folder / "sandbox.sqlite"
        self.certificate = folder / "sandbox.sqlite.pem"
        command = [sys.executable, "-m", "sandbox", "--port", "0", "--store", str(self.store), *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1].rstrip("/")
        self.ses = self.client()
        eventually(self._answers)

    def client(self) -> Any:
        """An ordinary boto3 client whose answers are checked against the service model."""
        client = boto3.client(
            "sesv2",
            region_name="us-east-1",
            endpoint_url=self.url,
            aws_access_key_id="dummy",
            aws_secret_access_key="dummy",
            config=Config(retries={"total_max_attempts": 1}, parameter_validation=False, read_timeout=20),
        )
        check_answers(client)
        return client

    def get(self, path: str, **headers: str) -> Page:
        """A GET, whatever it answers."""
        return self.request("GET", path, **headers)

    def request(self, method: str, path: str, body: object = None, **headers: str) -> Page:
        """Any request; ``body`` is sent as JSON."""
        data = None if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, data, named, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return Page(response.status, dict(response.headers), response.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Page(error.code, dict(error.headers), error.read().decode())

    def messages(self, query: str = "") -> list[dict[str, Any]]:
        """The inbox through the API."""
        listed: list[dict[str, Any]] = self.get(f"/api/messages{query}").json
        return listed

    def stats(self) -> dict[str, int]:
        """The counts through the API."""
        counted: dict[str, int] = self.get("/api/stats").json
        return counted

    def faults(self, **wanted: object) -> Page:
        """Changes the faults."""
        return self.request("POST", "/api/faults", wanted)

    def reset(self) -> None:
        """No mail, no faults, an empty suppression list."""
        self.request("DELETE", "/api/messages")
        self.faults(**dict.fromkeys(self.get("/api/faults").json))
        for row in self.ses.list_suppressed_destinations()["SuppressedDestinationSummaries"]:
            self.ses.delete_suppressed_destination(EmailAddress=row["EmailAddress"])

    def stop(self) -> float:
        """SIGTERM; how many seconds it took to end, well."""
        self.ses.close()
        started = time.monotonic()
        self.process.terminate()
        code = self.process.wait(timeout=DEADLINE_S)
        assert self.process.stdout is not None
        self.process.stdout.close()
        assert code == 0
        return time.monotonic() - started

    def _answers(self) -> bool:
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False
