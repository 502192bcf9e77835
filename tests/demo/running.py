"""The demo as a process, in a copy of the tree of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

DEADLINE = 180
SETTINGS = re.compile("SUDI_|DATABASE_URL|CELERY_|DJANGO_")


def start(checkout: Path, *options: str, **variables: str) -> subprocess.Popen[str]:
    """The demo with 60 readers, in our environment without what the tests themselves are run with."""
    environment = {name: value for name, value in os.environ.items() if not SETTINGS.match(name)} | variables
    command = [sys.executable, "-m", "demo", "--readers", "60", "--port", "0", *options]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=checkout, env=environment, stdout=pipe, stderr=pipe, text=True)


def run_once(checkout: Path, *options: str, **variables: str) -> dict[str, Any]:
    """The last line of ``make demo ONCE=1``."""
    done = start(checkout, "--once", *options, **variables)
    out, err = done.communicate(timeout=DEADLINE)
    assert done.returncode == 0, err
    numbers: dict[str, Any] = json.loads(out.splitlines()[-1])
    return numbers


def processes_in(checkout: Path) -> list[int]:
    """Processes that work in the checkout, ours left out."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() == checkout and int(entry.name) != os.getpid():
                found.append(int(entry.name))
        except OSError:
            continue
    return found
