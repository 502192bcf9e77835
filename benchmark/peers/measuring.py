"""Runs each peer against a sink of its own and says how fast it was."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmark.peers.installation import peers_python
from benchmark.peers.sinks import Kind, RunningSink, running_sink
from benchmark.sink import sink_environment

LIMIT = 900.0  # seconds of one peer


@dataclasses.dataclass(frozen=True, slots=True)
class Peer:
    """``script`` stands beside this module and runs in the peers' environment, which knows nothing of Sudi."""

    script: str
    sink: Kind
    warm_up: int  # recipients before the clock starts


PEERS = {
    "django-newsletter": Peer("django_newsletter.py", "smtp", 10),
    "django-smtp": Peer("django_smtp.py", "smtp", 10),
    "django-anymail": Peer("anymail_ses.py", "ses", 500),
}


@dataclasses.dataclass(frozen=True, slots=True)
class PeerContent:
    """One mail, with the slots of ``newsletter.rendering.slots``; ``sender`` is a name and an address, as in From."""

    subject: str
    html: str
    text: str
    sender: str


@dataclasses.dataclass(frozen=True, slots=True)
class PeerTiming:
    """``version``: of the package. The rate is recipients a second by the clock, ``cpu_us_per_recipient`` what one cost
    the peer's process. ``bytes_sent``: what the sink received for ``recipients``, protocol included."""

    name: str
    version: str
    recipients: int
    per_s: float
    cpu_us_per_recipient: float
    bytes_sent: int


def measure_peers(content: PeerContent, counts: Mapping[str, int]) -> dict[str, PeerTiming]:
    """Each peer of ``PEERS`` that ``counts`` gives a number of recipients, one after the other.

    Raises ``RuntimeError`` where a peer can't be installed, fails, or has not sent a mail to each recipient, and
    ``subprocess.TimeoutExpired`` for one that takes longer than ``LIMIT``."""
    python = peers_python()
    return {name: _measure(name, python, content, count) for name, count in counts.items()}


def _measure(name: str, python: Path, content: PeerContent, count: int) -> PeerTiming:
    peer = PEERS[name]
    with tempfile.TemporaryDirectory(prefix="sudi-peer-") as folder, running_sink(peer.sink) as sink:
        given = Path(folder) / "content.json"
        given.write_text(json.dumps(dataclasses.asdict(content)), encoding="utf-8")
        script = Path(__file__).with_name(peer.script)
        # -I, and a folder of its own: django-newsletter's package has the name of ours.
        command = [python, "-I", script, given, sink.port, count, peer.warm_up]
        told = _printed([str(word) for word in command], folder, sink)
        return timing(name, told, sink.counts(), count=count, warm_up=peer.warm_up)


def _printed(command: list[str], folder: str, sink: RunningSink) -> str:
    environment = {**sink_environment(sink.port), "AWS_CONFIG_FILE": os.devnull, "NO_PROXY": "*"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=LIMIT
    )
    if done.returncode:
        raise RuntimeError(f"{Path(command[2]).name} failed: {done.stderr.strip()}")
    return done.stdout


def timing(name: str, told: str, taken: Mapping[str, int], *, count: int, warm_up: int) -> PeerTiming:
    """From the line of JSON that a peer printed last, and from what its sink took.

    Raises ``RuntimeError`` unless the sink took a mail for each of ``count`` recipients and those of the warm-up."""
    measured = json.loads(told.splitlines()[-1])
    if not measured["recipients"] == count == taken["recipients"] - warm_up:
        raise RuntimeError(f"{name}: {count} + {warm_up} recipients, {taken['recipients']} in the sink")
    return PeerTiming(
        name=name,
        version=measured["version"],
        recipients=count,
        per_s=count / measured["seconds"],
        cpu_us_per_recipient=1e6 * measured["cpu_seconds"] / count,
        bytes_sent=round(taken["bytes"] * count / taken["recipients"]),  # all mails are of one length, nearly
    )
