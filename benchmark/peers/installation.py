"""The peers' own virtual environment: they are installed for the benchmark alone, and Sudi imports none of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from config.env import BASE_DIR

FOLDER = BASE_DIR / "var" / "peers"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
LIMIT = 600.0  # seconds of one installation


def peers_python() -> Path:
    """The Python of the environment, which is made, or made anew when the pins or our Python have changed.

    Raises ``RuntimeError`` with pip's words where the packages can't be installed."""
    python, stamp = FOLDER / "bin" / "python", FOLDER / ".installed"
    wanted = f"Python {sys.version}\n{REQUIREMENTS.read_text(encoding='utf-8')}"
    if not (stamp.exists() and stamp.read_text(encoding="utf-8") == wanted):
        print(f"Installing the peers into {os.path.relpath(FOLDER)} …", file=sys.stderr)
        _run(sys.executable, "-m", "venv", "--clear", str(FOLDER))
        pip = ("-m", "pip", "install", "-qq", "--disable-pip-version-check")
        _run(str(python), *pip, "--requirement", str(REQUIREMENTS))
        stamp.write_text(wanted, encoding="utf-8")
    return python


def _run(*command: str) -> None:
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=LIMIT
    )
    if done.returncode:
        raise RuntimeError(f"the peers can't be installed: {done.stdout.strip()}")
