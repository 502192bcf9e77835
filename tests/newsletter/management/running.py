"""Running our commands: in this process, or as a shell does."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).resolve().parents[3]


def run(*words: str) -> str:
    """What the command prints."""
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def run_json(*words: str) -> Any:
    """What the command prints, read as the one line of JSON it must be."""
    printed = run(*words, "--json")
    assert printed.count("\n") == 1
    return json.loads(printed)


def refused(*words: str, status: int = 1) -> str:
    """The message that the command fails with, and no traceback."""
    with pytest.raises(CommandError) as error:
        run(*words)
    assert error.value.returncode == status
    return str(error.value)


def shell(*words: str, data_dir: Path) -> subprocess.CompletedProcess[str]:
    """``python manage.py …`` in a process of its own, with nothing of ours in its environment."""
    ours = ("SUDI_", "AWS_", "DATABASE_URL", "CELERY_", "SECRET_KEY", "ALLOWED_HOSTS")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment["SUDI_DATA_DIR"] = str(data_dir)
    command = [sys.executable, str(ROOT / "manage.py"), *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=60)
