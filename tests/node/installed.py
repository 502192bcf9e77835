"""The npm packages of ``tests/node/package.json``, installed once for all test processes."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "tests" / "node" / "package.json"
FOLDER = ROOT / "var" / "node"


def _unavailable(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def node_modules() -> Path:
    """The folder that they are in; where they can't be had, the test is skipped, and in CI it fails."""
    npm = shutil.which("npm")
    if npm is None:
        _unavailable("npm is not installed")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        installed = FOLDER / "package.json"
        if not installed.exists() or installed.read_text() != PACKAGE.read_text():
            installed.write_text(PACKAGE.read_text())
            command = [str(npm), "install", "--no-package-lock", "--no-audit", "--no-fund", "--prefix", str(FOLDER)]
            result = subprocess.run(command, capture_output=True, text=True, check=False)
            if result.returncode:
                installed.unlink()
                _unavailable(f"npm install failed: {result.stderr[-500:]}")
    return FOLDER / "node_modules"
