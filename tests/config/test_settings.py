from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.db import connection, transaction

from config.env import BASE_DIR
from newsletter import checks
from tests.config.test_env import PRODUCTION

embedded = pytest.mark.skipif(connection.vendor != "sqlite", reason="the database is not the embedded one")


def manage(*words: str, data_dir: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SUDI_DATA_DIR": str(data_dir), **variables}
    command = [sys.executable, str(BASE_DIR / "manage.py"), *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@embedded
@pytest.mark.django_db
class TestTheEmbeddedDatabase:
    @pytest.fixture
    def other(self) -> Iterator[sqlite3.Connection]:
        """Somebody else at the same file, who doesn't wait."""
        with closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=0)) as other:
            yield other

    @pytest.mark.parametrize(
        ("pragma", "value"),
        [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 30_000)],
    )
    def test_is_opened_with(self, pragma: str, value: str | int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA {pragma}")
            assert cursor.fetchone() == (value,)

    def test_locks_for_writing_as_a_transaction_begins(self, other: sqlite3.Connection) -> None:
        with transaction.atomic(), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")

    def test_is_read_while_it_is_written(self, other: sqlite3.Connection) -> None:
        with transaction.atomic():
            assert other.execute("SELECT count(*) FROM newsletter_issue").fetchone() == (0,)

    def test_is_a_file_in_the_data_folder(self) -> None:
        assert Path(connection.settings_dict["NAME"]).is_absolute()


class TestTheCheckOfSqlite:
    def found(self) -> list[str]:
        return [message.msg for message in run_checks() if message.id == "newsletter.E001"]

    def test_is_content_here(self) -> None:
        assert self.found() == []

    @embedded
    def test_finds_one_that_is_too_old(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 37, 2))
        monkeypatch.setattr(sqlite3, "sqlite_version", "3.37.2")
        assert self.found() == ["This Python has SQLite 3.37.2; Sudi needs 3.38 or newer."]

    def test_asks_nothing_of_another_database(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 37, 2))
        monkeypatch.setattr(connection, "vendor", "postgresql", raising=False)
        assert checks.sqlite_is_new_enough() == []


class TestProduction:
    def test_passes_djangos_own_checks(self, tmp_path: Path) -> None:
        options = {**PRODUCTION, "SECRET_KEY": "".join(map(chr, range(40, 120))), "ALLOWED_HOSTS": "sudi.example"}
        done = manage("check", "--deploy", "--fail-level", "WARNING", data_dir=tmp_path, **options)
        assert (done.returncode, done.stderr) == (0, "")

    def test_does_not_start_without_a_secret(self, tmp_path: Path) -> None:
        done = manage("check", data_dir=tmp_path, SUDI_ENVIRONMENT="production")
        assert done.returncode == 1
        assert done.stderr.startswith("Sudi can't start: SECRET_KEY must be a random secret")
        assert "Traceback" not in done.stderr

    def test_the_web_server_says_so_in_one_line(self, tmp_path: Path) -> None:
        environment = os.environ | {"SUDI_DATA_DIR": str(tmp_path), "SUDI_ENVIRONMENT": "production", "SECRET_KEY": ""}
        done = subprocess.run(
            [sys.executable, "-c", "import config.wsgi"],
            cwd=BASE_DIR,
            env=environment,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 3
        assert done.stderr.startswith(b"Sudi can't start: SECRET_KEY must be")
        assert done.stderr.count(b"\n") == 1
