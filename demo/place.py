"""Where the demo lives: its folder, ports, environment and processes."""

from __future__ import annotations

import dataclasses
import fcntl
import shutil
from pathlib import Path
from typing import TextIO

from config.env import BASE_DIR
from demo.supervisor import Child, free_port
from demo.workers import celery_children
from sandbox.aws import DEFAULT_TOPIC_ARN, SIGNING_CERT_URL

INSTANCE = "demo"


class DemoRefused(Exception):
    """The demo can't go on; the message says why and what to do."""


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    folder: Path
    port: int
    sandbox_port: int

    @classmethod
    def choose(cls, *, port: int) -> Place:
        """The demo's folder and two free ports, the web server's the wished one if nobody has it."""
        return cls(BASE_DIR / "var" / "demo", free_port(port), free_port())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def certificate(self) -> Path:
        return self.folder / "sandbox.pem"

    def environment(self, *, workers: int) -> dict[str, str]:
        """What makes Django and all children the demo's. DATABASE_URL and CELERY_BROKER_URL stay as they are given."""
        return {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SUDI_ENVIRONMENT": "development",
            "SUDI_INSTANCE": INSTANCE,
            "SUDI_DATA_DIR": str(self.folder),
            "SUDI_BASE_URL": self.url,
            "SUDI_SENDING_ENABLED": "1",
            "SUDI_QUOTA_SECONDS": "5",
            "SUDI_TICK_SECONDS": "0.5",
            "SUDI_WORKER_THREADS": "4",
            "SUDI_WORKER_PROCESSES": str(workers),
            "SUDI_SNS_TOPICS": DEFAULT_TOPIC_ARN,
            "SUDI_SNS_CERTIFICATES": f"{SIGNING_CERT_URL}={self.certificate}",
            "AWS_ENDPOINT_URL_SESV2": self.sandbox_url,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "demo",
            "AWS_SECRET_ACCESS_KEY": "demo",
            "AWS_EC2_METADATA_DISABLED": "true",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            # A machine of one's own: root in a container is no news here.
            "PYTHONWARNINGS": "ignore:You're running the worker",
        }

    def occupy(self) -> TextIO:
        """Hold the place until the answer is closed. Raises ``DemoRefused`` while another demo is running here."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        lock = self.folder.with_suffix(".lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise DemoRefused("Another demo is running from this folder; stop it first.") from None
        return lock

    def refuse_somebody_elses_data(self) -> None:
        """Raises ``DemoRefused`` when the database holds anything that isn't an earlier demo's."""
        tables = _tables()
        if not tables:
            return
        if "newsletter_installation" in tables and _owner() == INSTANCE:
            return
        raise DemoRefused(
            "DATABASE_URL names a database that holds somebody's data; the demo makes its own afresh each time. "
            "Give it an empty one."
        )

    def make_afresh(self) -> None:
        """An empty folder, an empty database with its tables, an empty embedded broker."""
        from django.core.management import call_command  # noqa: PLC0415 - Django is ready only now
        from django.db import connection  # noqa: PLC0415

        from config.broker import prepare  # noqa: PLC0415

        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        prepare(self.folder)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        call_command("migrate", verbosity=0)

    def children(self, *, workers: int, rate: float) -> list[Child]:
        """The processes in the order in which they start."""
        gunicorn = ("gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{self.port}", "--workers", "1", "--threads", "8")
        tidy = ("--no-control-socket", "--log-level", "warning")  # the socket would be a file in the home folder
        return [
            Child("sandbox", self._sandbox(rate), ready=f"{self.sandbox_url}/healthz"),
            Child("web", (*gunicorn, *tidy), ready=f"{self.url}/healthz"),
            *celery_children(workers=workers, threads=4),
        ]

    def _sandbox(self, rate: float) -> tuple[str, ...]:
        options = {
            "--port": self.sandbox_port,
            "--store": self.folder / "sandbox.sqlite3",
            "--hook": f"{self.url}/hooks/sns/",
            "--topic-arn": DEFAULT_TOPIC_ARN,
            "--certificate": self.certificate,
            "--max-send-rate": rate,
        }
        return ("sandbox", *(str(word) for option in options.items() for word in option))


def _tables() -> list[str]:
    import django  # noqa: PLC0415 - with the demo's environment
    from django.db import OperationalError, connection  # noqa: PLC0415

    django.setup()
    if connection.vendor == "sqlite":
        return []
    try:
        return connection.introspection.table_names()
    except OperationalError as error:
        raise DemoRefused(f"DATABASE_URL can't be used: {error}") from error


def _owner() -> str | None:
    from newsletter.models import Installation  # noqa: PLC0415

    return Installation.objects.filter(pk=1).values_list("instance", flat=True).first()
