"""One part of the benchmark: ``python -m benchmark.parts PART SIZE``, in an environment that ``benchmark.__main__``
made. Tables go to stderr, JSON to stdout."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Sequence
from email.utils import formataddr
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from benchmark import approved, desk, events, ledger, rendering, sending  # noqa: E402
from benchmark.peers import measuring as peers  # noqa: E402
from benchmark.sizes import SIZES, Size  # noqa: E402
from config.env import BASE_DIR  # noqa: E402
from demo.mails import publication_of  # noqa: E402
from newsletter.digest.reading import parse_digest  # noqa: E402
from newsletter.rendering.pipeline import render  # noqa: E402

LATENCY_MS = 50.0
KILO = 1000


def _rendering(size: Size) -> dict[str, Any]:
    timings = [rendering.measure(path, size.renderings) for path in _digests()]
    rows = [
        {"digest": timing.digest, "KB": timing.html_bytes / KILO, "total ms": timing.total_ms, **timing.stages_ms}
        for timing in timings
    ]
    _show("Markdown to mail, warm (medians)", rows, digits=1)
    render = {timing.digest: _rounded({"total": timing.total_ms, **timing.stages_ms}, 2) for timing in timings}
    return {"render_ms": round(max(timing.total_ms for timing in timings), 1), "render": render}


def _desk(_size: Size) -> dict[str, Any]:
    setup_test_environment(debug=False)  # Django's test client names a host of its own
    call_command("migrate", verbosity=0)
    timings = desk.measure_desk()
    title = f"{desk.ISSUES} issues × {desk.STORIES} stories on {connection.vendor}, warm (medians, ms)"
    _show(title, [dataclasses.asdict(timing) for timing in timings], digits=1)
    found = {timing.page: round(timing.ms, 1) for timing in timings}
    return {"desk_ms": max(found.values()), "desk": found}


def _ledger(size: Size) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    timing = dataclasses.asdict(ledger.measure_ledger(size.ledger))
    _show("The ledger alone, one process, rows a second", [timing])
    told = {name: round(timing[name]) for name in ("claims_per_s", "answers_per_s")}
    return {
        "snapshot_rows_per_s": round(timing["snapshot_per_s"]),
        "ledger_rows_per_s": round(timing["ledger_per_s"]),
        "ledger": {"recipients": timing["recipients"], "snapshot_s": round(timing["snapshot_s"], 2), **told},
    }


def _events(size: Size) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    timing = dataclasses.asdict(events.measure_applying(size.events))
    _show("SES's events of one campaign, one process", [timing])
    return {"events_per_s": round(timing["applied_per_s"]), "events": _rounded(timing, 0)}


def _sending(size: Size) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    timings = sending.measure_sending(size.campaigns)
    rows = [dataclasses.asdict(timing) for timing in timings]
    _show("The whole pipeline", [_flat(row) for row in rows], digits=1)
    largest = timings[-1]
    return {
        "pipeline_per_s": round(largest.per_s),
        "cpu_us_per_recipient": round(largest.cpu_us, 1),
        "pss_mb": round(largest.pss_mb, 1),
        "pipeline": [_rounded(row, 1) for row in rows],
    }


def _latency(size: Size) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    (timing,) = sending.measure_sending((size.slow,), latency_ms=LATENCY_MS)
    _show(f"Every call takes {LATENCY_MS:g} ms", [_flat(dataclasses.asdict(timing))], digits=1)
    return {"latency50_per_s": round(timing.sending_per_s)}


def _peers(size: Size) -> dict[str, Any]:
    document = parse_digest(approved.REPORT.read_bytes(), approved.REPORT.name)
    publication = publication_of(document)
    mail = render(document, publication)
    sender = formataddr((publication.from_name, publication.from_email))
    content = peers.PeerContent(subject=mail.subject, html=mail.html, text=mail.text, sender=sender)
    timings = peers.measure_peers(content, size.peers)
    _show("Others, one process each, nobody's ledger", [dataclasses.asdict(timing) for timing in timings.values()])
    cpu = {name: round(timing.cpu_us_per_recipient) for name, timing in timings.items()}
    return {"peers": {name: round(timing.per_s, 1) for name, timing in timings.items()}, "peers_cpu_us": cpu}


PARTS = {
    "rendering": _rendering,
    "desk": _desk,
    "ledger": _ledger,
    "events": _events,
    "sending": _sending,
    "latency": _latency,
    "peers": _peers,
}


def _digests() -> list[Path]:
    """The samples, and the real digests of the folder that SUDI_DIGESTS names."""
    folders = [BASE_DIR / "samples", *([Path(os.environ["SUDI_DIGESTS"])] if "SUDI_DIGESTS" in os.environ else [])]
    return [path for folder in folders for path in sorted(folder.glob("*-*.md"))]


def _show(title: str, rows: Sequence[dict[str, Any]], *, digits: int = 0) -> None:
    """Rows of numbers, or texts, under the names of the first."""
    table = Table(*(name.replace("_", " ") for name in rows[0]), title=title)
    for row in rows:
        table.add_row(*(f"{cell:,.{digits}f}" if isinstance(cell, float) else str(cell) for cell in row.values()))
    console = Console(stderr=True)
    console.width = max(console.width, 160)
    console.print(table)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """With what stands within, such as the servers' processor times, beside the rest."""
    flat: dict[str, Any] = {}
    for name, value in row.items():
        flat |= value if isinstance(value, dict) else {name: value}
    return flat


def _rounded(row: dict[str, Any], digits: int) -> dict[str, Any]:
    return {
        name: _rounded(value, digits)
        if isinstance(value, dict)
        else round(value, digits or None)
        if isinstance(value, float)
        else value
        for name, value in row.items()
    }


if __name__ == "__main__":
    print(json.dumps(PARTS[sys.argv[1]](SIZES[sys.argv[2]])))
