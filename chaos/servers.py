"""A database and a virtual host of RabbitMQ of the crash test's own, made and removed by itself."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from demo.place import DemoRefused

DATABASE = "postgres://postgres@127.0.0.1:5432/postgres"
BROKER = "amqp://guest:guest@127.0.0.1:5672//"


@contextlib.contextmanager
def own_servers(purpose: str) -> Iterator[dict[str, str]]:
    """What names them to Django, on the servers of DATABASE_URL and CELERY_BROKER_URL. Raises ``DemoRefused``."""
    name = f"sudi_{purpose}_{os.getpid()}"
    server = os.environ.get("DATABASE_URL") or DATABASE
    broker = os.environ.get("CELERY_BROKER_URL") or BROKER
    with _database(server, name), _vhost(broker, name):
        yield {"DATABASE_URL": _at(server, name), "CELERY_BROKER_URL": _at(broker, name)}


def lose_every_message(broker: str) -> None:
    """A broker that forgets: its virtual host is deleted, with every queue and connection, and made anew."""
    name = urlsplit(broker).path.lstrip("/")
    _rabbitmq("delete_vhost", name)
    _make_vhost(broker, name)


@contextlib.contextmanager
def _database(server: str, name: str) -> Iterator[None]:
    try:
        connection = psycopg.connect(server, autocommit=True)
    except psycopg.OperationalError as error:
        raise DemoRefused(f"The full crash test needs PostgreSQL, which DATABASE_URL names: {error}") from error
    with connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextlib.contextmanager
def _vhost(broker: str, name: str) -> Iterator[None]:
    _make_vhost(broker, name)
    try:
        yield
    finally:
        _rabbitmq("delete_vhost", name)


def _make_vhost(broker: str, name: str) -> None:
    _rabbitmq("add_vhost", name)
    _rabbitmq("set_permissions", "-p", name, urlsplit(broker).username or "guest", ".*", ".*", ".*")


def _rabbitmq(*command: str) -> None:
    rabbitmqctl = shutil.which("rabbitmqctl")
    if rabbitmqctl is None:
        raise DemoRefused("The full crash test needs RabbitMQ on this machine, and rabbitmqctl.")
    done = subprocess.run([rabbitmqctl, "-q", *command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise DemoRefused(f"rabbitmqctl {command[0]}: {done.stderr.strip()}")


def _at(server: str, name: str) -> str:
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
