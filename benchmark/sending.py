"""The whole way of a campaign: freeze, Celery workers, boto3, a sink that accepts everything, the ledger."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.db.models import Max
from django.utils import timezone

from benchmark.approved import approved_report, editor
from benchmark.processes import cpu_seconds, family, pss_mb, server_cpu_seconds
from config.env import BASE_DIR
from demo.supervisor import Child, Supervisor, wait_for_http
from newsletter.delivery import campaigns
from newsletter.models import Campaign, CampaignStatus, Delivery, DeliveryState, Issue

LOOK = 0.25  # seconds between two looks at the campaign
WEIGH = 2.0  # seconds between two looks at the memory
LIMIT = 900.0  # seconds
START, IDLE = 60.0, 0.15  # seconds to start within, and of processor time in one of them that is little


@dataclasses.dataclass(frozen=True, slots=True)
class SendingTiming:
    """Of one campaign. ``seconds``: from the moment it was due to its last answer, ``freeze_s`` among them;
    ``sending_per_s``: without those. Processor time and bytes for each recipient; ``cpu_us`` is our processes',
    ``others_cpu_us`` that of database, broker and sink. ``pss_mb``: the most that our processes had together."""

    vendor: str
    workers: int
    threads: int
    recipients: int
    seconds: float
    freeze_s: float
    per_s: float
    sending_per_s: float
    cpu_us: float
    others_cpu_us: Mapping[str, float]
    bytes_per_call: float
    bytes_per_recipient: float
    pss_mb: float


def measure_sending(readers: tuple[int, ...], *, latency_ms: float = 0) -> list[SendingTiming]:
    """A campaign to each number of readers, one after the other and all by the same processes, which are as the
    settings say. Their SES must be that of ``sink_environment``, and their database empty and migrated."""
    child = Child("workers", ("config.workers",))
    timings = []
    with _sink(latency_ms), Supervisor([child], Path(settings.SUDI.data_dir) / "logs") as supervisor:
        for number, count in enumerate(readers):
            issue = approved_report(count - sum(readers[:number]), days_later=number)
            if not number:
                supervisor.start()
            pids = _running(supervisor, child)
            timings.append(_send(issue, supervisor, pids))
    return timings


def _send(issue: Issue, supervisor: Supervisor, pids: list[int]) -> SendingTiming:
    before, ours, others = _asked(), cpu_seconds(pids), _others_cpu()
    due = timezone.now()
    campaign = campaigns.schedule(issue, editor(), undo=datetime.timedelta(0))
    watched = _Watched(campaign, pids)
    if not supervisor.run(until=watched.over):
        raise SystemExit("stopped")
    after = _asked()
    campaign.refresh_from_db()
    accepted = Delivery.objects.filter(campaign_id=campaign.pk, state=DeliveryState.ACCEPTED)
    recipients, last = accepted.count(), accepted.aggregate(Max("settled_at"))["settled_at__max"]
    calls, sent, taken = (after[name] - before[name] for name in ("calls", "bytes", "recipients"))
    if not recipients or not recipients == campaign.recipients == taken:
        raise RuntimeError(f"{campaign.recipients} recipients, {recipients} accepted, {taken} in the sink")
    began = campaign.started_at or due
    others = {name: seconds - others[name] for name, seconds in _others_cpu().items()}
    return SendingTiming(
        vendor=connection.vendor,
        workers=settings.SUDI.worker_processes,
        threads=settings.SUDI.worker_threads,
        recipients=recipients,
        seconds=(last - due).total_seconds(),
        freeze_s=(began - due).total_seconds(),
        per_s=recipients / (last - due).total_seconds(),
        sending_per_s=recipients / (last - began).total_seconds(),
        cpu_us=1e6 * (cpu_seconds(pids) - ours) / recipients,
        others_cpu_us={name: 1e6 * seconds / recipients for name, seconds in others.items()},
        bytes_per_call=sent / calls,
        bytes_per_recipient=sent / recipients,
        pss_mb=watched.pss_mb,
    )


def _running(supervisor: Supervisor, child: Child) -> list[int]:
    """The processes, once they have started and do no more than tick: what their start cost is no recipient's."""
    leader = supervisor.pid(child.name)
    deadline = time.monotonic() + START
    pids: list[int] = []
    before, busy = 0.0, True
    while (busy or len(pids) < 2) and time.monotonic() < deadline:
        time.sleep(1)
        pids = family(leader) if leader else []
        now = cpu_seconds(pids)
        before, busy = now, now - before > IDLE
    return pids


class _Watched:
    """Asked many times a second whether the campaign is over, and looks seldom."""

    def __init__(self, campaign: Campaign, pids: list[int]) -> None:
        self._campaign, self._pids = campaign, pids
        self._look = self._weigh = 0.0
        self._deadline = time.monotonic() + LIMIT
        self.pss_mb = 0.0

    def over(self) -> bool:
        now = time.monotonic()
        if now > self._weigh:
            self.pss_mb, self._weigh = max(self.pss_mb, pss_mb(self._pids)), now + WEIGH
        if now < self._look:
            return False
        self._look = now + LOOK
        self._campaign.refresh_from_db(fields=["status", "reason"])
        if self._campaign.status == CampaignStatus.PAUSED or now > self._deadline:
            raise RuntimeError(f"the campaign is {self._campaign.status}: {self._campaign.reason}")
        return self._campaign.status == CampaignStatus.FINISHED


@contextlib.contextmanager
def _sink(latency_ms: float) -> Iterator[None]:
    port = urlsplit(settings.SUDI.ses_endpoint).port
    process = subprocess.Popen([sys.executable, "-m", "benchmark.sink", str(port), str(latency_ms)], cwd=BASE_DIR)
    try:
        wait_for_http(f"{settings.SUDI.ses_endpoint}/counts")
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)


def _asked() -> dict[str, int]:
    with urllib.request.urlopen(f"{settings.SUDI.ses_endpoint}/counts", timeout=5) as response:  # noqa: S310 - our own
        counts: dict[str, int] = json.load(response)
    return counts


def _others_cpu() -> dict[str, float]:
    """Database, broker and sink; the sink tells of itself."""
    return {**server_cpu_seconds(), "sink": _asked()["cpu_ms"] / 1000}
