"""What no command can help: a database, disk or terminal that isn't as it should be. One line, and no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management.base import OutputWrapper

from newsletter.management.commands.import_digest import _read
from tests.newsletter.management.running import ROOT, refused, shell

pytestmark = pytest.mark.django_db
COMMANDS = [["bootstrap"], ["delivery_status", "x"], ["tick"]]


def said(done: subprocess.CompletedProcess[str]) -> str:
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_a_database_that_was_never_migrated(words: list[str], tmp_path: Path) -> None:
    assert "run manage.py migrate" in said(shell(*words, data_dir=tmp_path))


@pytest.mark.parametrize("words", [["tick"], ["migrate"]], ids=lambda words: words[0])
def test_a_database_that_is_none(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "sudi.sqlite3").mkdir()
    assert "The database can't be used: unable to open database file." in said(shell(*words, data_dir=tmp_path))


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "SUDI_DATA_DIR" in said(shell("tick", data_dir=tmp_path / "file"))


def test_an_argument_that_is_no_text() -> None:
    assert refused("export_digest", os.fsdecode(b"\xff")) == "'\\udcff' is no text in UTF-8."


def test_a_disk_that_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(OutputWrapper, "flush", full, raising=False)
    assert "No space left on device" in refused("bootstrap")


def test_a_digest_whose_name_is_no_text(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xcb\xd9.md")
    Path(path).write_bytes(b"x")
    assert _read(path) == (b"x", f"{tmp_path}/\ufffd\ufffd.md")


def test_ctrl_c_in_one_status(tmp_path: Path) -> None:
    environment = os.environ | {"SUDI_DATA_DIR": str(tmp_path)}
    command = [sys.executable, str(ROOT / "manage.py"), "shell", "-v0", "-c", "raise KeyboardInterrupt"]
    done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_an_export_is_utf_8_in_every_locale(tmp_path: Path) -> None:
    environment = os.environ | {"SUDI_DATA_DIR": str(tmp_path), "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, str(ROOT / "manage.py"), "shell", "-v0", "-c", "print('速递')"]
    done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout.decode()) == (0, "速递\n")
