"""The same demo on the servers that production uses, by environment alone."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.demo.running import run_once

REDIS = "redis://127.0.0.1:6379/9"


@pytest.fixture
def rabbitmq_url() -> Iterator[str]:
    """A virtual host of the test's own, where this user may make one; else the default one."""
    vhost = f"sudi-test-{os.getpid()}"
    rabbitmqctl = shutil.which("rabbitmqctl")
    if rabbitmqctl is None:
        yield "amqp://guest:guest@127.0.0.1:5672//"
        return
    subprocess.run([rabbitmqctl, "-q", "add_vhost", vhost], check=True)
    subprocess.run([rabbitmqctl, "-q", "set_permissions", "-p", vhost, "guest", ".*", ".*", ".*"], check=True)
    yield f"amqp://guest:guest@127.0.0.1:5672/{vhost}"
    subprocess.run([rabbitmqctl, "-q", "delete_vhost", vhost], check=True)


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A database of Redis with nothing of ours left in it."""
    client = redis.Redis.from_url(REDIS)
    if client.dbsize():
        pytest.fail("database 9 of Redis holds somebody's keys")
    yield REDIS
    client.flushdb()
    client.close()


@pytest.mark.postgres
@pytest.mark.rabbitmq
def test_postgresql_and_rabbitmq_with_two_workers(checkout: Path, database_url: str, rabbitmq_url: str) -> None:
    servers = {"DATABASE_URL": database_url, "CELERY_BROKER_URL": rabbitmq_url}
    numbers = run_once(checkout, "--workers", "2", **servers)
    assert numbers["accepted"] == numbers["delivered"] + numbers["bounced"] == numbers["inbox_messages"] > 0
    assert numbers["in_doubt"] == 0


@pytest.mark.redis
def test_sqlite_and_redis(checkout: Path, redis_url: str) -> None:
    numbers = run_once(checkout, CELERY_BROKER_URL=redis_url)
    assert numbers["accepted"] == numbers["delivered"] + numbers["bounced"] == numbers["inbox_messages"] > 0
    assert numbers["in_doubt"] == 0
