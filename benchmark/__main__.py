"""``make bench``: what Sudi costs on this machine. The last line of stdout is JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmark.desk import BUDGET_MS, ISSUES, STORIES, PageTiming, measure_desk
from benchmark.events import RECIPIENTS, EventTiming, measure_events
from benchmark.rendering import Timing, measure
from config.env import BASE_DIR

RUNS = {"small": 20, "full": 100}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--size", choices=RUNS, default="small")
    parser.add_argument("--only", choices=PARTS, help="measure this part alone")
    options = parser.parse_args()
    console = Console(stderr=True)
    console.width = max(console.width, 120)
    found: dict[str, object] = {}
    for name in [options.only] if options.only else PARTS:
        found |= PARTS[name](console, options.size)
    print(json.dumps(found))
    return 0


def _rendering(console: Console, size: str) -> dict[str, object]:
    timings = [measure(path, RUNS[size]) for path in _digests()]
    console.print(_table(timings))
    render = {timing.digest: {"total": timing.total_ms, **timing.stages_ms} for timing in timings}
    rounded = {digest: {name: round(ms, 2) for name, ms in stages.items()} for digest, stages in render.items()}
    return {"render_ms": round(max(timing.total_ms for timing in timings), 1), "render": rounded}


def _desk(console: Console, _size: str) -> dict[str, object]:
    timings = measure_desk()
    console.print(_desk_table(timings))
    rounded = {timing.page: round(timing.ms, 1) for timing in timings}
    return {"desk_ms": max(rounded.values()), "desk": rounded}


def _events(console: Console, size: str) -> dict[str, object]:
    timing = measure_events(RECIPIENTS[size])
    console.print(_events_table(timing))
    told = {name: round(value) if isinstance(value, float) else value for name, value in timing.as_dict().items()}
    return {"events_per_s": round(timing.applied_per_s), "events": told}


PARTS = {"rendering": _rendering, "desk": _desk, "events": _events}


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


def _desk_table(timings: list[PageTiming]) -> Table:
    title = f"{ISSUES} issues × {STORIES} stories, warm (medians; at most {BUDGET_MS} ms)"
    table = Table("page", "ms", "CPU ms", "queries", "KB", title=title)
    for timing in timings:
        table.add_row(
            timing.page,
            f"{timing.ms:.0f}",
            f"{timing.cpu_ms:.0f}",
            str(timing.queries),
            f"{timing.html_bytes / 1000:.1f}",
        )
    return table


def _events_table(timing: EventTiming) -> Table:
    table = Table("database", *list(timing.as_dict())[1:], title="SES's events of one campaign, one process")
    table.add_row(timing.vendor, *(f"{value:,.0f}" for value in list(timing.as_dict().values())[1:]))
    return table


if __name__ == "__main__":
    sys.exit(main())
