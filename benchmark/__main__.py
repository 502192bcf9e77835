"""``make bench``: what Sudi costs on this machine. The last line of stdout is JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from rich.console import Console
from rich.table import Table

from benchmark.rendering import Timing, measure
from config.env import BASE_DIR

RUNS = {"small": 20, "full": 100}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--size", choices=RUNS, default="small")
    runs = RUNS[parser.parse_args().size]
    timings = [measure(path, runs) for path in _digests()]
    console = Console(stderr=True)
    console.width = max(console.width, 120)
    console.print(_table(timings))
    render = {timing.digest: {"total": timing.total_ms, **timing.stages_ms} for timing in timings}
    rounded = {digest: {name: round(ms, 2) for name, ms in stages.items()} for digest, stages in render.items()}
    print(json.dumps({"render_ms": round(max(timing.total_ms for timing in timings), 1), "render": rounded}))
    return 0


def _digests() -> list[Path]:
    """The samples, and the real digests of the folder that SUDI_DIGESTS names."""
    folders = [BASE_DIR / "samples", *([Path(os.environ["SUDI_DIGESTS"])] if "SUDI_DIGESTS" in os.environ else [])]
    return [path for folder in folders for path in sorted(folder.glob("*-*.md"))]


def _table(timings: list[Timing]) -> Table:
    table = Table("digest", "KB", "total ms", *timings[0].stages_ms, title="Markdown to mail, warm (medians)")
    for timing in timings:
        stages = [f"{ms:.1f}" for ms in timing.stages_ms.values()]
        table.add_row(timing.digest, f"{timing.html_bytes / 1000:.1f}", f"{timing.total_ms:.1f}", *stages)
    return table


if __name__ == "__main__":
    sys.exit(main())
